import { inService, OTHER_TARGET, replacing, withAlert } from './edits.ts';
import { FILE_KINDS, inFile, inTurn, type Mutator, mutator, stackMutator } from './mutator.ts';

export const prometheusMutators: readonly Mutator[] = [
  mutator(
    'prometheus',
    'port of a target',
    replacing(OTHER_TARGET, 'targets: ["$1:1$2"]'),
    'prometheus/target-port',
  ),
  mutator(
    'prometheus',
    'host of a target',
    replacing(OTHER_TARGET, 'targets: ["$1x:$2"]'),
    'prometheus/target-host',
  ),
  mutator(
    'prometheus',
    'target with a scheme',
    replacing(OTHER_TARGET, 'targets: ["http://$1:$2"]'),
    'prometheus/target-url',
  ),
  mutator(
    'prometheus',
    'target twice',
    replacing(OTHER_TARGET, 'targets: ["$1:$2", "$1:$2"]'),
    'prometheus/duplicate-target',
  ),
  mutator(
    'prometheus',
    'job twice',
    replacing(/job_name: prometheus/, 'job_name: grafana'),
    'prometheus/duplicate-job',
  ),
  mutator(
    'prometheus',
    'rule files in another folder',
    (text) => text.replaceAll(/- \/etc\/prometheus\/(\S+)/g, '- /etc/prometheus/other/$1'),
    'prometheus/rule-files-match-nothing',
  ),
  mutator(
    'prometheus',
    'no rule files',
    replacing(/rule_files:\n(?: {2}- .*\n)+/, 'rule_files: []\n'),
    'prometheus/rule-file-not-loaded',
  ),
  mutator(
    'prometheus',
    'host of Alertmanager',
    replacing('["alertmanager:9093"]', '["alert-manager:9093"]'),
    'prometheus/alertmanager-target',
  ),
  mutator(
    'prometheus',
    'port of Alertmanager',
    replacing('["alertmanager:9093"]', '["alertmanager:9095"]'),
    'prometheus/alertmanager-target',
  ),
  mutator(
    'prometheus',
    'scheme of Alertmanager',
    replacing(/( +)- static_configs:\n(?=.*alertmanager:9093)/, '$1- scheme: https\n$1  static_configs:\n'),
    'prometheus/alertmanager-scheme',
  ),
  mutator(
    'prometheus',
    'path of Alertmanager',
    replacing(
      /( +)- static_configs:\n(?=.*alertmanager:9093)/,
      '$1- path_prefix: /alertmanager\n$1  static_configs:\n',
    ),
    'prometheus/alertmanager-scheme',
  ),
  mutator('prometheus', 'no alerting', replacing(/alerting:\n(?: .*\n)+/, ''), 'prometheus/no-alertmanager'),
  mutator(
    'prometheus',
    'timeout over the interval',
    replacing('scrape_interval: 15s', 'scrape_interval: 15s\n  scrape_timeout: 30s'),
    'prometheus/scrape-timeout',
  ),
  mutator(
    'prometheus',
    'key that is misspelled',
    replacing('evaluation_interval', 'evaluation_intervall'),
    'syntax/schema',
  ),
  mutator(
    'prometheus',
    'duration that is none',
    replacing('evaluation_interval: 15s', 'evaluation_interval: 15 seconds'),
    'syntax/schema',
  ),
  mutator('prometheus', 'indentation', replacing('rule_files:', ' rule_files:'), 'syntax/invalid'),
  mutator(
    'prometheus',
    'key twice',
    (text) => `${text}\nglobal:\n  scrape_interval: 15s\n`,
    'syntax/duplicate-key',
  ),
  mutator(
    'prometheus',
    'regex of a relabelling',
    replacing(
      /( {4})static_configs:/,
      '$1relabel_configs:\n      - source_labels: [__address__]\n        regex: "("\n        target_label: instance\n$1static_configs:',
    ),
    'prometheus/invalid-regex',
  ),
  mutator(
    'prometheus',
    'relabelling that drops all',
    replacing(
      /( {4})static_configs:/,
      '$1relabel_configs:\n      - source_labels: [job]\n        regex: .*\n        action: drop\n$1static_configs:',
    ),
    'prometheus/invalid-relabel',
    'prometheus/path-not-scraped',
    'alerts/dead-job',
  ),
  mutator(
    'prometheus',
    'path of metrics',
    replacing('job_name: grafana\n', 'job_name: grafana\n    metrics_path: /stats\n'),
    'prometheus/metrics-path',
  ),
  mutator(
    'prometheus',
    'job that is gone',
    replacing(/ {2}- job_name: (?!prometheus).*\n(?: {4}.*\n)+/, ''),
    'prometheus/path-not-scraped',
    'alerts/dead-job',
    'prometheus/unscraped-service',
    'alerts/uncovered-path',
  ),
  mutator(
    'prometheus',
    'job of another name',
    replacing(/job_name: (?!prometheus)(\S+)/, 'job_name: $1-renamed'),
    'alerts/dead-job',
    'dashboards/dead-job',
    'alerts/uncovered-path',
    'prometheus/path-not-scraped',
  ),
  mutator(
    'prometheus',
    'interval over the lookback',
    replacing('scrape_interval: 15s', 'scrape_interval: 10m'),
    'prometheus/scrape-interval-long',
    'alerts/detect-within',
  ),
  stackMutator(
    'prometheus and rules: external label that an alert overrides',
    inTurn(
      inFile('prometheus', replacing('global:\n', 'global:\n  external_labels:\n    cluster: production\n')),
      inFile('rules', withAlert('up{job="prometheus"} == 0', { label: 'cluster: staging' })),
    ),
    'prometheus/external-label-overridden',
  ),
  stackMutator(
    'prometheus and rules: external label that many alerts have',
    inTurn(
      inFile('prometheus', replacing('global:\n', 'global:\n  external_labels:\n    team: operations\n')),
      inFile('rules', (text) => text.replaceAll(/^( +)severity: .*\n(?!\s+team:)/gm, '$&$1team: backend\n')),
    ),
    'prometheus/external-label-overridden',
  ),
  mutator(
    'prometheus',
    'targets that were taken out',
    replacing(
      /( {2}- job_name: (?!prometheus).*\n(?: {4}\w.*\n)*?) {4}static_configs:\n(?: {6,}.*\n)+/,
      '$1',
    ),
    'prometheus/job-without-targets',
  ),
  mutator(
    'prometheus',
    'no job of its own',
    replacing(/ {2}- job_name: prometheus\n(?: {4}.*\n)+\n?/, ''),
    'prometheus/not-self-scraped',
  ),
  {
    name: 'compose: network of its own for a target',
    edit(texts) {
      const host = [...texts].flatMap(([path, text]) =>
        FILE_KINDS.prometheus(path, text) ? (OTHER_TARGET.exec(text)?.[1] ?? []) : [],
      )[0];
      return host === undefined ? undefined : mutator('compose', '', inOtherNetwork(host)).edit(texts);
    },
    rules: ['prometheus/target-network'],
  },
  mutator(
    'prometheus',
    'metric that is dropped and used',
    replacing(
      /( {2}- job_name: kafka\n)/,
      '$1    metric_relabel_configs:\n      - source_labels: [__name__]\n        regex: go_.*|kafka_consumer.*\n        action: drop\n',
    ),
    'prometheus/relabel-drops-used-metric',
  ),
  mutator(
    'prometheus',
    'metric that is not among those kept',
    replacing('kafka_connect_.*|debezium_.*', 'kafka_connect_.*'),
    'prometheus/relabel-drops-used-metric',
  ),
  mutator(
    'python',
    "metrics on the port of the app's server",
    (text) =>
      /^app = FastAPI\(/m.test(text)
        ? text
            .replace(/^app = FastAPI\(/m, 'start_http_server(8000)\n$&')
            .replace(/^from pydantic import/m, 'from prometheus_client import start_http_server\n$&')
        : text,
    'prometheus/port-taken',
  ),
  {
    name: 'compose: web server on the port of the metrics',
    edit(texts) {
      const path = 'docker-compose.override.yml';
      const text = texts.get(path) ?? '';
      const after = text.replace(/(command: faust .* worker)/, '$1 --web-port 8000');
      return after === text ? undefined : { [path]: after };
    },
    rules: ['prometheus/port-taken'],
  },
];

/** A service that is in a network in which nothing else is. */
const inOtherNetwork =
  (name: string) =>
  (text: string): string => {
    const moved = inService(name, (block) =>
      /^ {4}networks: /m.test(block)
        ? block.replace(/^ {4}networks: .*/m, '    networks: [inner]')
        : block.replace('\n', '\n    networks: [inner]\n'),
    )(text);
    return /^networks:\n/m.test(moved)
      ? moved.replace(/^networks:\n/m, 'networks:\n  inner:\n')
      : `${moved.trimEnd()}\n\nnetworks:\n  inner:\n`;
  };
