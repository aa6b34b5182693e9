import { defineRule } from '../../src/lint/rule.ts';
import { durationSeconds } from '../../src/promql/duration.ts';
import { child, exists, keyOf, textOf } from '../../src/repo/node.ts';
import { below } from '../../src/repo/path.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { type Container, flagValues } from '../../src/stack/container.ts';
import { prometheusVersion } from '../../src/stack/prometheus-version.ts';
import { prometheusesOf } from '../../src/stack/system.ts';
import { isBelow } from '../../src/stack/version.ts';

const compose = (flag: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    command:
      - --config.file=/etc/prometheus/prometheus.yml
      - --storage.tsdb.path=/prometheus
${flag === '' ? '' : `      - ${flag}\n`}    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - data:/prometheus
volumes:
  data:
`;
const PROMETHEUS = `scrape_configs:
  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
`;

export const rule = defineRule({
  id: 'prometheus/retention',
  severity: 'warning',
  summary: 'A retention that is no duration or size, or is left to the default.',
  why: `With a unit that it does not know Prometheus does not start at all. Without a retention it keeps 15 days,
whether the disk is large enough for these or not, and drops what somebody believed to be kept.`,
  fix: `Give Prometheus \`--storage.tsdb.retention.time=15d\`, or a size such as
\`--storage.tsdb.retention.size=10GB\`. Durations end in ms, s, m, h, d, w or y; sizes in B, KB, MB, GB or TB.`,
  bad: {
    files: {
      'docker-compose.yml': compose('--storage.tsdb.retention.time=15days'),
      'prometheus.yml': PROMETHEUS,
    },
    at: ['docker-compose.yml:7:9'],
  },
  good: {
    files: {
      'docker-compose.yml': compose('--storage.tsdb.retention.time=15d'),
      'prometheus.yml': PROMETHEUS,
    },
  },
  check({ system, report }) {
    for (const { prometheus } of prometheusesOf(system)) {
      const { container, config, kind } = prometheus;
      if (container === undefined || kind === 'vmagent' || isAgent(container)) continue;
      const flags = ['storage.tsdb.retention.time', 'storage.tsdb.retention.size', 'storage.tsdb.retention']
        .map((name) => ({ name, values: flagValues(container.args, name) }))
        .filter(({ values }) => values.length > 0);
      for (const { name, values } of flags) {
        for (const { text, place } of values) {
          if (isUnknown(text)) continue;
          const isSize = name.endsWith('size');
          if (
            isSize ? /^(?:0|\d+(?:\.\d+)?(?:B|[KMGTPE]i?B))$/.test(text) : durationSeconds(text) !== undefined
          )
            continue;
          report({
            at: place,
            message: `"${text}" is no ${isSize ? 'size' : 'duration'} that Prometheus knows: it does not start`,
            help: `write ${isSize ? 'a size such as 10GB' : 'a duration such as 15d'}`,
            severity: 'error',
          });
        }
      }
      const inConfig = config && child(config, 'storage', 'tsdb', 'retention');
      if (flags.length > 0 || (inConfig && exists(inConfig)) || !hasKnownArguments(container)) continue;
      // Without a volume nothing outlives the container, and how long it is kept matters little.
      if (!keepsData(container)) continue;
      const command = container.service.field('command');
      report({
        at: keyOf(command ?? container.service.node),
        message: `"${container.service.name}" has no retention flag: it keeps the default of 15 days`,
        // Both flags are of 2.7 (Prometheus changelog, 2.7.0): before, it does not start with them.
        help: isBelow(prometheusVersion(prometheus), 2, 7)
          ? 'add --storage.tsdb.retention=15d'
          : 'add --storage.tsdb.retention.time=15d, or a size with --storage.tsdb.retention.size=10GB',
        severity: 'notice',
      });
    }
  },
});

/** An agent keeps nothing: it only sends on. */
const isAgent = ({ args }: Container): boolean =>
  args.some(({ text }) => /^--agent\b|^--enable-feature=.*\bagent\b/.test(text));

/** Whether the data is kept outside of the container. */
const keepsData = ({ service, facts, args }: Container): boolean => {
  const path = flagValues(args, 'storage.tsdb.path').at(-1)?.text ?? facts?.data ?? '/prometheus';
  return service.mounts.some(({ target }) => target !== undefined && below(target, path) !== undefined);
};

/** Whether the words that it is started with are all known: no script of its own image adds others. */
function hasKnownArguments({ service, args, recipe }: Container): boolean {
  if (service.build !== undefined && (recipe === undefined || recipe.entrypoint !== undefined)) return false;
  if (service.entrypoint !== undefined && !/\/prometheus$/.test(service.entrypoint[0]?.text ?? ''))
    return false;
  return !args.some(({ text }) => isUnknown(text)) && textOf(service.node) === undefined;
}
