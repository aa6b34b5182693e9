import { defineRule, type Report } from '../../src/lint/rule.ts';
import { KIND_NAMES, type Kind } from '../../src/repo/classify.ts';
import type { File } from '../../src/repo/files.ts';
import type { Place } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Container } from '../../src/stack/container.ts';
import { configPath } from '../../src/stack/prometheus.ts';
import { composed, type System } from '../../src/stack/system.ts';

const compose = (source: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./${source}:/etc/prometheus/prometheus.yml:ro
      - prometheus-data:/prometheus
volumes:
  prometheus-data:
`;
const PROMETHEUS = `scrape_configs:
  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
`;
const ALERTMANAGER = `route:
  receiver: team
receivers:
  - name: team
    webhook_configs:
      - url: http://example.com/alerts
`;

export const rule = defineRule({
  id: 'syntax/wrong-kind',
  severity: 'error',
  summary: 'A file that is loaded as something that it is not.',
  why: `Each file is valid, and a path leads to the wrong one: Alertmanager's configuration where Prometheus reads its own,
a rule test where it reads rules. Prometheus and Alertmanager refuse fields that they do not know and do not start;
Grafana takes nothing from the file and says nothing.`,
  fix: 'Correct the path of the mount, or the glob that takes in more than it should.',
  bad: {
    files: {
      'docker-compose.yml': compose('alertmanager.yml'),
      'alertmanager.yml': ALERTMANAGER,
      'prometheus.yml': PROMETHEUS,
    },
    at: ['docker-compose.yml:5:9'],
  },
  good: {
    files: {
      'docker-compose.yml': compose('prometheus.yml'),
      'alertmanager.yml': ALERTMANAGER,
      'prometheus.yml': PROMETHEUS,
    },
  },
  check({ system, report }) {
    for (const { container } of composed(system)) {
      for (const found of wrongConfig(container, system)) report(found);
      for (const found of wrongProvisioning(container, system)) report(found);
    }
    for (const found of wrongRules(system)) report(found);
  },
});

/** What each service reads as its own configuration; kinds that are alike enough to be taken for one another together. */
const READS: Readonly<Partial<Record<string, readonly Kind[]>>> = {
  prometheus: ['prometheus'],
  alertmanager: ['alertmanager'],
  loki: ['loki'],
  promtail: ['promtail', 'prometheus'],
  tempo: ['tempo'],
  'otel-collector': ['otel'],
};

function wrongConfig(container: Container, { files }: System): Report[] {
  const { facts, service } = container;
  const expected = facts && READS[facts.role];
  const path = configPath(container);
  if (expected === undefined || path === undefined || isUnknown(path)) return [];
  const standing = container.at(path);
  if (standing.state !== 'file') return [];
  const others = files.at(standing.path).filter(({ isBroken }) => !isBroken);
  const [other] = others;
  if (other === undefined || others.some(({ kind }) => expected.includes(kind))) return [];
  const meant = files.of(expected[0] as Kind).filter((file) => !file.isBroken);
  return [
    {
      at: standing.via,
      message: `"${standing.path}" is ${KIND_NAMES[other.kind]}, and "${service.name}" reads it as its own configuration: it does not start`,
      help:
        meant.length === 1 && meant[0]
          ? `did you mean "${meant[0].path}"?`
          : `mount ${KIND_NAMES[expected[0] as Kind]} there`,
      related: [{ at: startOfFile(other), message: `this is ${KIND_NAMES[other.kind]}` }],
    },
  ];
}

/** What a Prometheus loads as rules and is none. */
function wrongRules({ stacks, files }: System): Report[] {
  return stacks.flatMap(({ prometheuses }) =>
    prometheuses.flatMap(({ ruleFiles, name, kind, container }) => {
      // Where no container tells, the files that a pattern means are only guessed.
      if (kind !== 'prometheus' || container === undefined) return [];
      return ruleFiles.flatMap(({ node, pattern, found }) =>
        found.flatMap(({ path }): Report[] => {
          const all = files.at(path).filter(({ isBroken }) => !isBroken);
          const [other] = all;
          const isWrapped = other?.kind === 'rules' && other.node.path.length > 0;
          if (other === undefined || (all.some((file) => file.kind === 'rules') && !isWrapped)) return [];
          const what = isWrapped ? 'a Kubernetes object that holds rules' : KIND_NAMES[other.kind];
          return [
            {
              at: { node },
              message: `"${pattern}" takes in "${path}", which is ${what}: "${name}" refuses it and does not start`,
              help: isWrapped
                ? 'write the groups of its spec into a file of their own'
                : 'write the glob so that it matches rule files only',
              related: [{ at: startOfFile(other), message: `this is ${what}` }],
            },
          ];
        }),
      );
    }),
  );
}

/** The folders of Grafana's provisioning, with what Grafana reads in each. */
const PROVISIONING: readonly (readonly [folder: string, kind: Kind])[] = [
  ['datasources', 'grafana-datasources'],
  ['dashboards', 'grafana-providers'],
  ['alerting', 'grafana-alerting'],
];

function wrongProvisioning(container: Container, { files }: System): Report[] {
  if (container.facts?.role !== 'grafana') return [];
  const root = container.env.get('GF_PATHS_PROVISIONING')?.text ?? '/etc/grafana/provisioning';
  if (isUnknown(root)) return [];
  return PROVISIONING.flatMap(([folder, kind]) =>
    ['yml', 'yaml'].flatMap((extension) =>
      container.glob(`${root}/${folder}/*.${extension}`).found.flatMap(({ path, via }): Report[] => {
        const [other] = files.at(path);
        const home = PROVISIONING.find(([, own]) => own === other?.kind);
        if (other === undefined || other.isBroken || other.kind === kind || home === undefined) return [];
        return [
          {
            at: startOfFile(other),
            message: `this is ${KIND_NAMES[other.kind]}, and it lies in "${root}/${folder}": Grafana takes nothing from it`,
            help: `move it to "${root}/${home[0]}"`,
            related: [{ at: via, message: 'put there from here' }],
          },
        ];
      }),
    ),
  );
}

const startOfFile = ({ node }: File): Place => {
  const first = Object.keys((node.value as Record<string, unknown>) ?? {})[0];
  return first === undefined || Array.isArray(node.value)
    ? { node }
    : { node: { ...node, path: [...node.path, first], value: undefined }, part: 'key' };
};
