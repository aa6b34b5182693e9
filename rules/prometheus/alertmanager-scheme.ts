import { defineRule } from '../../src/lint/rule.ts';
import { child, keyOf, type Node, textOf } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { type Container, flagValues } from '../../src/stack/container.ts';
import { prefixOf } from '../../src/stack/served-path.ts';
import { containersAt, type Placed, prometheusesByConfig } from '../../src/stack/system.ts';
import { ALERTING } from '../shared/alerting-examples.ts';

const prometheus = (scheme: string): string => `rule_files: [alerts.yml]
alerting:
  alertmanagers:
    - scheme: ${scheme}
      static_configs:
        - targets: ["alertmanager:9093"]
`;

export const rule = defineRule({
  id: 'prometheus/alertmanager-scheme',
  severity: 'error',
  summary: 'An Alertmanager that is asked by a scheme, or below a path, by which it does not answer.',
  why: `Alertmanager serves plain HTTP unless \`--web.config.file\` gives it a certificate, and at the root unless
\`--web.route-prefix\` or the path of \`--web.external-url\` moves it. Asked otherwise it refuses every alert that Prometheus
sends: nobody is told of anything.`,
  fix: 'Let `scheme` and `path_prefix` be what Alertmanager is started with.',
  bad: { files: { ...ALERTING, 'prometheus.yml': prometheus('https') }, at: ['prometheus.yml:4:15'] },
  good: { files: { ...ALERTING, 'prometheus.yml': prometheus('http') } },
  check({ system, report }) {
    for (const group of prometheusesByConfig(system)) {
      const [{ prometheus }] = group as [Placed];
      prometheus.alertmanagers.forEach(({ node }, index) => {
        const faults = group.map((placed) => faultOf(placed, index));
        const [fault] = faults;
        if (fault === undefined || faults.includes(undefined)) return;
        const { to, key, message, help } = fault;
        report({
          at: { node: child(node, key) },
          message: `${message}: every alert is dropped`,
          help,
          related: [{ at: keyOf(to.service.node), message: `"${to.service.name}" is started here` }],
        });
      });
    }
  },
});

interface Fault {
  readonly to: Container;
  readonly key: 'scheme' | 'path_prefix';
  readonly message: string;
  readonly help: string;
}

function faultOf({ stack, prometheus }: Placed, index: number): Fault | undefined {
  const entry = prometheus.alertmanagers[index];
  if (entry === undefined || entry.isOpen || prometheus.container === undefined) return undefined;
  const asked = entry.targets.map(({ address }) => containersAt(stack, address, prometheus.container));
  const [[to] = []] = asked;
  // Alerts also go to every other address: one that is not known may take them.
  const isKnown = asked.every((containers) => containers.length > 0 && containers.every(isPlainlyStarted));
  if (to === undefined || !isKnown) return undefined;
  const { name } = to.service;
  const scheme = settingIn(entry.node, 'scheme');
  if (scheme === 'https' && flagValues(to.args, 'web.config.file').length === 0)
    return {
      to,
      key: 'scheme',
      message: `"${name}" serves plain HTTP, for it has no --web.config.file, and is asked by https`,
      help: 'leave "scheme" out',
    };
  const prefix = settingIn(entry.node, 'path_prefix');
  const served = prefixOf(to);
  if (prefix === undefined || isUnknown(prefix) || trimmed(prefix) === trimmed(served)) return undefined;
  return {
    to,
    key: 'path_prefix',
    message: `"${name}" answers ${served === '' ? 'at the root' : `below "${served}"`}, and is asked below "${prefix}"`,
    help: served === '' ? 'leave "path_prefix" out, or give it --web.route-prefix' : `write "${served}"`,
  };
}

/** Whether all that an Alertmanager is started with is known. */
const isPlainlyStarted = ({ facts, service, args }: Container): boolean =>
  facts?.role === 'alertmanager' && service.build === undefined && !args.some(({ text }) => isUnknown(text));

const settingIn = (node: Node, key: string): string | undefined => textOf(child(node, key));

const trimmed = (path: string): string => path.replace(/^\/+|\/+$/g, '');
