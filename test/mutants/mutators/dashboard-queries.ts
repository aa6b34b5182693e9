import { bringDashboard } from './brought-dashboard.ts';
import { replacing } from './edits.ts';
import { type Edit, FILE_KINDS, inFile, inTurn, type Mutator, mutator, stackMutator } from './mutator.ts';

const CONFIG = 'monitoring-check.yml';

/** Asks in the configuration for a rule that is not shown otherwise. */
const askingFor =
  (rule: string): Edit =>
  (texts) => {
    const config = texts.get(CONFIG);
    return config === undefined
      ? undefined
      : { [CONFIG]: config.replace(/^rules:\n/m, `$&  ${rule}: error\n`) };
  };

/** A new dashboard whose first panel asks Loki. */
const askingLoki = (expr: string): ((text: string) => string) =>
  replacing(
    /"datasource": \{[^}]*\},(\s+"gridPos"[\s\S]*?)"datasource": \{[^}]*\},(\s+)"expr": "(?:[^"\\]|\\.)*"/,
    `"datasource": { "type": "loki", "uid": "loki" },$1"datasource": { "type": "loki", "uid": "loki" },$2"expr": ${JSON.stringify(expr)}`,
  );

/** Of what a broker that is no exporter's, or what StatsD is sent, nobody knows all the names. */
const knowsAllMetrics: Edit = (texts) =>
  [...texts].some(
    ([path, text]) => FILE_KINDS.compose(path, text) && /image: \S*(?:redpanda|statsd-exporter):/.test(text),
  )
    ? undefined
    : {};

const hasLoki: Edit = (texts) =>
  [...texts].some(([path, text]) => FILE_KINDS.datasources(path, text) && /type: loki/.test(text))
    ? {}
    : undefined;

export const dashboardQueryMutators: readonly Mutator[] = [
  stackMutator(
    'datasources: a second one of a kind',
    (texts) =>
      // Each dashboard is told of by itself.
      [...texts].filter(([path, text]) => FILE_KINDS.dashboard(path, text)).length > 1
        ? undefined
        : inFile(
            'datasources',
            (text) =>
              `${text.trimEnd()}\n\n  - name: Production\n    uid: production\n    type: prometheus\n    url: https://prometheus.example.com\n`,
          )(texts),
    'dashboards/hard-coded-datasource',
  ),
  stackMutator(
    'new dashboard: lines counted in a window that is fixed',
    inTurn(hasLoki, bringDashboard(askingLoki('sum(count_over_time({job="docker"}[1m]))'))),
    'dashboards/logql-auto',
  ),
  mutator(
    'dashboard',
    'lines counted in a window that is fixed',
    replacing(
      '"{service=\\"kafka-worker\\"} |= \\"ERROR\\""',
      '"sum(rate({service=\\"kafka-worker\\"} |= \\"ERROR\\" [10m]))"',
    ),
    'dashboards/logql-auto',
  ),
  mutator(
    'dashboard',
    'rate of lines without a window',
    replacing(' [5m]))"', '))"'),
    'dashboards/logql-syntax',
  ),
  mutator(
    'dashboard',
    'lines of a service without quotes',
    replacing('{service=\\"kafka-worker\\"}', '{service=kafka-worker}'),
    'dashboards/logql-syntax',
  ),
  mutator(
    'dashboard',
    'words in a query of traces',
    replacing(' && status=error}', ' and status=error}'),
    'dashboards/traceql-syntax',
  ),
  mutator(
    'dashboard',
    'brace of a query of traces',
    replacing('status=error}', 'status=error'),
    'dashboards/traceql-syntax',
  ),
  stackMutator(
    'config: path on another dashboard',
    inTurn(bringDashboard(), (texts) => {
      const config = texts.get(CONFIG);
      return config?.includes('dashboard: ')
        ? { [CONFIG]: config.replace(/dashboard: \S+/, 'dashboard: targets') }
        : undefined;
    }),
    'dashboards/path-not-shown',
  ),
  stackMutator(
    'config: path that no dashboard is about',
    inTurn(
      bringDashboard((text) =>
        text
          .replaceAll('job=~\\"$job\\", ', 'job=\\"prometheus\\", ')
          .replace(/\s+\{\s+"name": "job",[\s\S]*?\n {6}\},/, ''),
      ),
      (texts) => {
        const config = texts.get(CONFIG);
        const jobs = [...texts].find(([path, text]) => FILE_KINDS.prometheus(path, text))?.[1];
        const job = jobs && /job_name: (?!prometheus)(\S+)/.exec(jobs)?.[1];
        return config === undefined || job === undefined || /^paths:/m.test(config)
          ? undefined
          : { [CONFIG]: `${config}\npaths:\n  - name: ${job}\n    jobs: [${job}]\n    dashboard: targets\n` };
      },
    ),
    'dashboards/path-not-shown',
  ),
  stackMutator(
    'dashboard: metric without its prefix',
    inTurn(
      knowsAllMetrics,
      askingFor('dashboards/unexposed-metric'),
      inFile('dashboard', replacing(/(\(rate\()[a-z]+_(\w+_total)/, '$1$2')),
    ),
    'dashboards/unexposed-metric',
  ),
  stackMutator(
    'new dashboard: metric that was left behind',
    inTurn(
      knowsAllMetrics,
      askingFor('dashboards/unexposed-metric'),
      bringDashboard(replacing('scrape_samples_scraped{', 'http_server_requests_active{')),
    ),
    'dashboards/unexposed-metric',
  ),
];
