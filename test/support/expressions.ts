import { RULES } from '../../rules/index.ts';
import type { Rule } from '../../src/lint/rule.ts';
import { findingsOf, type Repository } from './check.ts';

/** A rule by its id. */
export function ruleOf(id: string): Rule {
  const rule = RULES.find((other) => other.id === id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  return rule;
}

/** What a rule says of a repository: the messages, in the order of their places. */
export const saying = (id: string, files: Repository): string[] =>
  findingsOf(ruleOf(id), files).map(({ message }) => message);

/** The places at which a rule finds something, as the text that is underlined there. */
export const underlined = (id: string, files: Repository): string[] =>
  findingsOf(ruleOf(id), files).map(({ at }) => at.source.text.slice(at.span.start, at.span.end));

interface AlertParts {
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A rule file with one alert on an expression. */
export const alertOn = (expr: string, parts: AlertParts = {}): string =>
  JSON.stringify(
    {
      groups: [
        {
          name: 'example',
          rules: [
            {
              alert: 'Example',
              expr,
              ...(parts.for === undefined ? {} : { for: parts.for }),
              labels: { severity: 'warning', ...parts.labels },
              annotations: { summary: 'Something is wrong', ...parts.annotations },
            },
          ],
        },
      ],
    },
    null,
    1,
  );

/** A rule file with recording rules and alerts, by name; a name in capitals is an alert's. */
export const rulesOf = (
  rules: Readonly<Record<string, string>>,
  more: Readonly<Record<string, unknown>> = {},
): string =>
  JSON.stringify(
    {
      groups: [
        {
          name: 'example',
          ...more,
          rules: Object.entries(rules).map(([name, expr]) =>
            /^[A-Z]/.test(name)
              ? { alert: name, expr, labels: { severity: 'warning' } }
              : { record: name, expr },
          ),
        },
      ],
    },
    null,
    1,
  );

/** A dashboard with a panel for each expression. */
export const dashboardOf = (
  expressions: readonly string[],
  datasource: unknown = { type: 'prometheus', uid: 'prometheus' },
): string =>
  JSON.stringify(
    {
      title: 'Example',
      uid: 'example',
      schemaVersion: 39,
      panels: expressions.map((expr, index) => ({
        id: index + 1,
        type: 'timeseries',
        title: `Panel ${index + 1}`,
        datasource,
        targets: [{ refId: 'A', expr }],
      })),
    },
    null,
    1,
  );

interface StackParts {
  /** Lines of the Prometheus's service, such as its command. */
  readonly prometheus?: string;
  readonly image?: string;
  readonly scrapes?: string;
  readonly global?: string;
  readonly more?: string;
}

/** A Prometheus that compose runs, which loads `rules.yml` and scrapes an application and a node exporter. */
export const stackWith = (files: Repository, parts: StackParts = {}): Repository => ({
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
    expose: [8000]
  node:
    image: prom/node-exporter:v1.9.1
${parts.more ?? ''}  prometheus:
    image: ${parts.image ?? 'prom/prometheus:v3.5.0'}
${parts.prometheus ?? ''}    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./rules.yml:/etc/prometheus/rules.yml:ro
`,
  'prometheus.yml': `global:
  scrape_interval: 15s
  evaluation_interval: 30s
${parts.global ?? ''}rule_files: [rules.yml]
scrape_configs:
${
  parts.scrapes ??
  `  - job_name: api
    static_configs:
      - targets: ["api:8000"]
  - job_name: node
    static_configs:
      - targets: ["node:9100"]
`
}`,
  ...files,
});
