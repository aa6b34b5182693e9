import { replacing } from './edits.ts';
import { type Mutator, mutator } from './mutator.ts';

export const grafanaMutators: readonly Mutator[] = [
  mutator('datasources', 'host', replacing('http://prometheus:', 'http://prom:'), 'grafana/datasource-url'),
  mutator(
    'datasources',
    'port',
    replacing('http://prometheus:9090', 'http://prometheus:9091'),
    'grafana/datasource-url',
  ),
  mutator('datasources', 'uid', replacing('uid: prometheus', 'uid: prom'), 'dashboards/unknown-datasource'),
  mutator(
    'datasources',
    'no version',
    replacing('apiVersion: 1\n', ''),
    'grafana/api-version',
    'syntax/schema',
  ),
  mutator(
    'datasources',
    'two defaults',
    (text) =>
      `${text.trimEnd()}\n  - name: Other\n    uid: other\n    type: prometheus\n    url: http://prometheus:9090\n    isDefault: true\n`,
    'grafana/two-defaults',
  ),
  mutator(
    'datasources',
    'uid twice',
    (text) =>
      `${text.trimEnd()}\n  - name: Other\n    uid: prometheus\n    type: prometheus\n    url: http://prometheus:9090\n`,
    'grafana/duplicate-datasource',
  ),
  mutator(
    'datasources',
    'plugin',
    (text) =>
      `${text.trimEnd()}\n  - name: Other\n    uid: other\n    type: grafana-clickhouse2-datasource\n`,
    'grafana/missing-plugin',
  ),
  mutator('providers', 'path', replacing(/path: (\S+)/, 'path: $1-old'), 'grafana/provider-path'),
  mutator(
    'providers',
    'no version',
    replacing('apiVersion: 1\n', ''),
    'grafana/api-version',
    'syntax/schema',
  ),
  mutator('dashboard', 'comma', replacing('"panels": [', '"panels": [,'), 'syntax/invalid'),
  mutator(
    'dashboard',
    'variable that is not there',
    replacing(/"expr": "up\{/, '"expr": "up{env=\\"$nothing\\",'),
    'dashboards/undefined-variable',
  ),
  mutator(
    'dashboard',
    'parenthesis',
    replacing(/"expr": "/, '"expr": "sum(('),
    'promql/syntax',
    'dashboards/logql-syntax',
  ),
  mutator(
    'dashboard',
    'type that is gone',
    replacing(/"type": "timeseries"/, '"type": "graph"'),
    'dashboards/removed-panel-type',
  ),
  mutator(
    'dashboard',
    'no title',
    replacing(/"type": "timeseries",\n( +)"title": "[^"]*"/, '"type": "timeseries",\n$1"title": ""'),
    'dashboards/no-title',
  ),
  mutator('dashboard', 'id twice', replacing(/"id": 3,/, '"id": 2,'), 'dashboards/duplicate-panel-id'),
  mutator(
    'dashboard',
    'datasource',
    (text) => {
      const panels = text.indexOf('"panels"');
      return text.slice(0, panels) + text.slice(panels).replace('"uid": "prometheus"', '"uid": "gone"');
    },
    'dashboards/unknown-datasource',
  ),
  mutator(
    'dashboard',
    'job that is none',
    replacing(/("expr": ".*?job=\\")([\w-]+)(?=\\")/, '$1$2x'),
    'dashboards/dead-job',
  ),
  mutator(
    'dashboard',
    'inputs of an export',
    (text) =>
      text
        .replace(
          /^\{/,
          '{\n  "__inputs": [{ "name": "DS_PROMETHEUS", "type": "datasource", "pluginId": "prometheus" }],',
        )
        .replaceAll('"uid": "prometheus"', '"uid": "${DS_PROMETHEUS}"'),
    'dashboards/import-inputs',
  ),
  mutator(
    'dashboard',
    'variable that nobody uses',
    replacing(
      /"templating": \{\n +"list": \[/,
      '$&{ "name": "idle", "type": "query", "datasource": { "type": "prometheus", "uid": "prometheus" }, "query": "label_values(up, instance)", "refresh": 2 },',
    ).bind(undefined),
    'dashboards/unused-variable',
  ),
  mutator(
    'dashboard',
    'no query',
    (text) => text.replace(/"targets": \[\n[\s\S]*?\n( +)\](?=,?\n)/, '"targets": []'),
    'dashboards/no-target',
  ),
  mutator('dashboard', 'no dashboard', () => '{ "rows": 1 }\n', 'dashboards/invalid', 'syntax/schema'),
];
