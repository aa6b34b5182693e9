import { defineRule } from '../../src/lint/rule.ts';
import { keyOf, type Place } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { prometheusVersion } from '../../src/stack/prometheus-version.ts';
import { lossOf, type Server, subjectOf, usagesOf } from '../../src/stack/usages.ts';
import { isBelow } from '../../src/stack/version.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/feature-flag',
  severity: 'error',
  peers: ['pint promql/features'],
  summary: 'An expression that needs a feature flag which this Prometheus does not set.',
  why: `Experimental functions and forms of PromQL are refused by a Prometheus without their feature flag, and the
rule file with them: none of its alerts fires.`,
  fix: `Add \`--enable-feature=…\` to the command of the Prometheus, or write the expression without it.`,
  bad: {
    files: { ...STACK, 'alerts.yml': alertFile('mad_over_time(http_request_duration_seconds[5m]) > 3') },
    at: ['alerts.yml:5:15'],
  },
  good: {
    files: {
      ...STACK,
      'docker-compose.yml': (STACK['docker-compose.yml'] ?? '').replace(
        '    volumes:\n',
        `    command:
      - --config.file=/etc/prometheus/prometheus.yml
      - --enable-feature=promql-experimental-functions
    volumes:\n`,
      ),
      'alerts.yml': alertFile('mad_over_time(http_request_duration_seconds[5m]) > 3'),
    },
  },
  check({ system, report }) {
    for (const usage of usagesOf(system)) {
      const { flagged, rejection } = usage.query;
      if (rejection !== undefined) continue;
      const seen = new Set<string>();
      for (const { flag, message, span } of flagged) {
        if (flag === undefined || seen.has(flag)) continue;
        const server = usage.servers.find((one) => lacks(one, flag));
        if (server === undefined) continue;
        seen.add(flag);
        report({
          at: usage.at(span),
          message: `${message} in ${subjectOf(usage)}, and "${server.prometheus.name}" runs without the flag for it, so ${lossOf(usage)}`,
          help: `add --enable-feature=${flag} to its command`,
          related: [{ at: serviceOf(server), message: 'it is run here' }],
        });
      }
    }
  },
});

/** Whether a server certainly runs without a feature: compose runs it, and its whole command is known. */
function lacks({ prometheus }: Server, flag: string): boolean {
  const { container, features, kind } = prometheus;
  if (container === undefined || kind !== 'prometheus' || features.has(flag)) return false;
  if (container.args.some(({ text }) => isUnknown(text)) || container.service.build !== undefined)
    return false;
  // Since 3.14 durations are computed without a flag (Prometheus changelog).
  const version = prometheusVersion(prometheus);
  return flag !== 'promql-duration-expr' || isBelow(version, 3, 14);
}

function serviceOf({ prometheus }: Server): Place {
  const { container } = prometheus;
  return container ? keyOf(container.service.node) : { node: prometheus.config as never };
}
