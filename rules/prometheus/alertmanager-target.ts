import { defineRule, type Report } from '../../src/lint/rule.ts';
import { keyOf, type Place, within } from '../../src/repo/node.ts';
import type { Container } from '../../src/stack/container.ts';
import { whyUnreachable } from '../../src/stack/network.ts';
import { listeningOn } from '../../src/stack/ports.ts';
import type { Address, Target } from '../../src/stack/prometheus.ts';
import {
  type Placed,
  prometheusesByConfig,
  resolveHost,
  type Stack,
  type System,
} from '../../src/stack/system.ts';
import { ALERTING } from '../shared/alerting-examples.ts';
import { composeFiles, hiddenByDoubles } from '../shared/causes.ts';

const prometheus = (target: string): string => `rule_files: [alerts.yml]
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["${target}"]
`;

export const rule = defineRule({
  id: 'prometheus/alertmanager-target',
  severity: 'error',
  summary: 'An Alertmanager address that leads to no Alertmanager.',
  why: `Prometheus evaluates its alerts and drops every one of them, because nothing answers where it sends them.
It logs that, and stays healthy: nobody is told of anything.`,
  fix: 'Write the name of the Alertmanager service and the port that it listens on, 9093 unless it is moved.',
  bad: {
    files: {
      ...ALERTING,
      'prometheus.yml': prometheus('localhost:9093'),
    },
    at: ['prometheus.yml:5:22'],
  },
  good: {
    files: {
      ...ALERTING,
      'prometheus.yml': prometheus('alertmanager:9093'),
    },
  },
  check({ system, report }) {
    for (const group of prometheusesByConfig(system)) {
      const [{ stack, prometheus }] = group as [Placed];
      prometheus.alertmanagers.forEach((entry, entryIndex) => {
        entry.targets.forEach((target, index) => {
          const reasons = group.map((placed) => {
            const other = placed.prometheus.alertmanagers[entryIndex]?.targets[index];
            return other && whyWrong(placed.stack, placed.prometheus.container, other.address);
          });
          const [why] = reasons;
          if (why === undefined || reasons.includes(undefined) || target.kept === 'no') return;
          report(found(system, stack, placeOf(target), target.address, target.text, why));
        });
      });
      for (const { container, notifiers } of prometheus.evaluators) {
        for (const { place, address } of notifiers) {
          const why = whyWrong(stack, container, address);
          if (why !== undefined) report(found(system, stack, place, address, hostPort(address), why));
        }
      }
    }
  },
});

const hostPort = (address: Address | undefined): string =>
  address === undefined ? '' : `${address.host}${address.port === undefined ? '' : `:${address.port}`}`;

function placeOf({ node, text, address }: Target): Place {
  const start = address === undefined ? -1 : text.indexOf(address.host);
  return start < 0 ? { node } : within(node, { start, end: text.length });
}

function found(
  system: System,
  stack: Stack,
  at: Place,
  address: Address | undefined,
  text: string,
  why: string,
): Report {
  const [meant] = stack.alertmanagers.flatMap(({ container }) => container ?? []);
  return {
    at,
    message: `"${text}" leads to no Alertmanager, ${why}: every alert is dropped`,
    help:
      meant === undefined
        ? 'write the name and port of an Alertmanager that this stack runs'
        : `write "${meant.service.name}:${meant.facts?.metricsPort ?? 9093}"`,
    related:
      meant === undefined
        ? []
        : [
            {
              at: keyOf(meant.service.node),
              message: `"${meant.service.name}" is the Alertmanager of the stack`,
            },
          ],
    followsFrom: address ? hiddenByDoubles(system, composeFiles(stack), address.host) : [],
  };
}

/** Why an address leads to no Alertmanager, as a part of a sentence; undefined when it may. */
function whyWrong(
  stack: Stack,
  from: Container | undefined,
  address: Address | undefined,
): string | undefined {
  if (from === undefined || address === undefined) return undefined;
  const meaning = resolveHost(stack, address.host, from);
  if (meaning.kind === 'nothing') return `"${address.host}" is no service of ${stack.project?.paths[0]}`;
  const port = address.port ?? 80;
  if (meaning.kind === 'itself')
    return listeningOn(from, port).answer === 'no'
      ? `"${address.host}" is the container of "${from.service.name}" itself`
      : undefined;
  if (meaning.kind !== 'containers') return undefined;
  const [to] = meaning.containers;
  if (to === undefined || meaning.containers.length > 1) return undefined;
  const listening = listeningOn(to, port);
  if (listening.answer === 'no') return listening.reason;
  if (to.facts !== undefined && !['alertmanager', 'app'].includes(to.facts.role))
    return `"${to.service.name}" runs ${to.image}`;
  return whyUnreachable(stack, from, to);
}
