import { defineRule } from '../../src/lint/rule.ts';
import { walk } from '../../src/promql/tree.ts';
import { prometheusVersion, versionText } from '../../src/stack/prometheus-version.ts';
import { type Server, subjectOf, treesOf, usagesOf } from '../../src/stack/usages.ts';
import { isBelow } from '../../src/stack/version.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

/** The versions in which functions and aggregations came (Prometheus changelog). */
const SINCE: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  absent_over_time: [2, 16],
  group: [2, 20],
  last_over_time: [2, 26],
  sgn: [2, 26],
  clamp: [2, 26],
  present_over_time: [2, 29],
  atan2: [2, 31],
  histogram_avg: [2, 51],
  limitk: [2, 54],
  limit_ratio: [2, 54],
  info: [2, 55],
  double_exponential_smoothing: [3, 0],
  ts_of_min_over_time: [3, 5],
  ts_of_max_over_time: [3, 5],
  ts_of_last_over_time: [3, 5],
  first_over_time: [3, 7],
  ts_of_first_over_time: [3, 7],
  histogram_quantiles: [3, 11],
};

export const rule = defineRule({
  id: 'promql/newer-syntax',
  severity: 'warning',
  summary: 'An expression that is newer than the Prometheus that evaluates it.',
  why: `A Prometheus that does not know a function or a form of writing refuses the whole rule file: none of its
alerts fires. The expression works where it was written, on a newer server, and fails where it is deployed.`,
  fix: `Raise the image's tag, or write the expression without what is new.`,
  bad: {
    files: {
      ...STACK,
      'docker-compose.yml': (STACK['docker-compose.yml'] ?? '').replace('v3.5.0', 'v2.20.0'),
      'alerts.yml': alertFile('last_over_time(up[5m]) == 0'),
    },
    at: ['alerts.yml:5:15'],
  },
  good: { files: { ...STACK, 'alerts.yml': alertFile('last_over_time(up[5m]) == 0') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        const [name, span] =
          part.kind === 'call'
            ? [part.func, part.funcSpan]
            : part.kind === 'aggregation' || part.kind === 'binary'
              ? [part.op, part.opSpan]
              : [];
        const since = name === undefined || !Object.hasOwn(SINCE, name) ? undefined : SINCE[name];
        const server = since && usage.servers.find((one) => isOlder(one, since));
        if (since === undefined || server === undefined || span === undefined) continue;
        const version = prometheusVersion(server.prometheus);
        report({
          at: usage.at(span),
          message: `"${name}" is there since Prometheus ${since.join('.')}, but "${server.prometheus.name}" is ${versionText(version)}: it does not take ${subjectOf(usage)}`,
          related: imageOf(server),
        });
      }
    }
    for (const usage of usagesOf(system)) {
      const { newer, flagged, rejection } = usage.query;
      if (newer === undefined || flagged.length > 0 || rejection !== undefined) continue;
      if (
        usage.servers.length > 0 &&
        usage.servers.every(({ prometheus }) => prometheusVersion(prometheus) === 'newest')
      )
        continue;
      report({
        at: usage.at(newer),
        message: `${subjectOf(usage)} is written in a way that only the newest Prometheus takes`,
        confidence: 'medium',
      });
    }
  },
});

function isOlder({ prometheus }: Server, [major, minor]: readonly [number, number]): boolean {
  const version = prometheusVersion(prometheus);
  return isBelow(version, major, minor);
}

const imageOf = ({ prometheus: { container } }: Server) => {
  const node = container?.service.image?.node;
  return node === undefined ? [] : [{ at: { node }, message: 'its image' }];
};
