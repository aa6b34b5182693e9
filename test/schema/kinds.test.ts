import { describe, expect, test } from 'vitest';
import { openDisk } from '../../src/repo/disk.ts';
import { type Document, parseJson, parseYaml } from '../../src/repo/document.ts';
import { readFiles } from '../../src/repo/files.ts';
import { child, locate, type Node, roots } from '../../src/repo/node.ts';
import { openRepository } from '../../src/repo/repository.ts';
import { sourceText } from '../../src/repo/text.ts';
import { type SchemaFault, type SchemaName, schemaFaults } from '../../src/schema/faults.lazy.ts';
import { schemaOf } from '../../src/schema/schema-of.ts';
import { corpusPath, hasCorpus } from '../support/corpus.ts';

const isVariable = (text: string): boolean => /\$\{|\{\{/.test(text);

const parse = (text: string): Document =>
  text.startsWith('{') ? parseJson(sourceText('a.json', text)) : parseYaml(sourceText('a.yml', text));

const check = (name: SchemaName, text: string): SchemaFault[] =>
  schemaFaults(name, roots(parse(text))[0] as Node, isVariable);

/** The faults of a text, each with its place and what is proposed. */
function faults(name: SchemaName, text: string): string[] {
  const root = roots(parse(text))[0] as Node;
  return schemaFaults(name, root, isVariable).map((fault) => {
    const { start } = locate({ node: child(root, ...fault.path), part: fault.part });
    const help = fault.help === undefined ? '' : ` (${fault.help})`;
    return `${start.line}:${start.column} ${fault.message}${help}`;
  });
}

describe('a Prometheus configuration', () => {
  test.each([
    [
      'global:\n  scrape_intervall: 15s\n',
      '2:3 unknown key "scrape_intervall" in "global" (did you mean "scrape_interval"?)',
    ],
    [
      'global:\n  scrape_interval: 15\n',
      '2:20 "scrape_interval" is 15, and must be a duration such as 30s or 5m',
    ],
    [
      'global:\n  scrape_interval: 1.5m\n',
      '2:20 "scrape_interval" is "1.5m", and must be a duration such as 30s or 5m',
    ],
    [
      'rule_files: rules.yml\n',
      '1:13 "rule_files" is "rules.yml", and must be a list (write it as a list: ["rules.yml"])',
    ],
    [
      'scrape_configs:\n  - static_configs:\n      - targets: [api:80]\n',
      '2:5 an item of "scrape_configs" has no "job_name"',
    ],
    [
      'scrape_configs:\n  - job_name: api\n    honor_labels: "true"\n',
      '3:19 "honor_labels" is "true", and must be true or false (write it without quotes)',
    ],
    [
      'scrape_configs:\n  - job_name: api\n    static_config:\n      - targets: [api:80]\n',
      '3:5 unknown key "static_config" in "api" of "scrape_configs" (did you mean "static_configs"?)',
    ],
    [
      'scrape_configs:\n  - job_name: api\n    static_configs:\n      - targets: api:80\n',
      '4:18 "targets" is "api:80", and must be a list (write it as a list: ["api:80"])',
    ],
    [
      'scrape_configs:\n  - job_name: api\n    sample_limit: "100"\n',
      '3:19 "sample_limit" is "100", and must be a whole number from 0 on (write it without quotes)',
    ],
    [
      'scrape_configs:\n  - job_name: api\n    scheme: htps\n',
      '3:13 "scheme" is "htps", and must be one of "http", "https" (did you mean "https"?)',
    ],
    [
      'scrape_configs:\n  - job_name: api\n    relabel_configs:\n      - source_labels: [a]\n        action: labelkep\n        target_label: b\n',
      '5:17 "action" is "labelkep", and must be one of "replace", "keep", "drop", "keepequal", "dropequal", "hashmod", "labelmap", "labeldrop", "labelkeep", "lowercase", "uppercase" (did you mean "labelkeep"?)',
    ],
    [
      'scrape_configs:\n  - job_name: api\n    relabel_configs:\n      - source_labels: [a]\n        replacement: b\n',
      '4:9 an item of "relabel_configs" has no "target_label"',
    ],
    [
      'scrape_configs:\n  - job_name: api\n    metric_relabel_configs:\n      - source_labels: [a]\n        action: labeldrop\n',
      '4:24 "source_labels" is a list, and must be left out: labeldrop and labelkeep look at names of labels only',
    ],
    [
      'scrape_configs:\n  - job_name: api\n    basic_auth: {username: a}\n    authorization: {credentials: b}\n',
      '4:5 "api" of "scrape_configs" has both "basic_auth" and "authorization": only one of them may be set',
    ],
    [
      'scrape_configs:\n  - job_name: api\n    scrape_classic_histograms: true\n',
      '3:5 "scrape_classic_histograms" is refused by Prometheus 3.0 and later: write always_scrape_classic_histograms',
    ],
    [
      'scrape_configs:\n  - job_name: api\n    kubernetes_sd_configs:\n      - role: pods\n',
      '4:15 "role" is "pods", and must be one of "node", "pod", "service", "endpoints", "endpointslice", "ingress" (did you mean "pod"?)',
    ],
    [
      'alerting:\n  alertmanagers:\n    - api_version: v1\n',
      '3:7 "api_version" is v1, which Prometheus 3.0 and later refuse: write v2',
    ],
    [
      'remote_write:\n  - name: far\n    queue_config:\n      max_retries: 3\n',
      '2:5 "far" of "remote_write" has no "url"',
      '4:7 "max_retries" is refused by Prometheus 2.11 and later, which retry for as long as it takes: leave it out',
    ],
    [
      'scrape_config:\n  - job_name: api\nscrape_configs: []\n',
      '1:1 unknown key "scrape_config" (did you mean "scrape_configs"?)',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('prometheus', text)).toEqual(messages);
  });
});

describe('a rule file', () => {
  test.each([
    [
      'groups:\n  - name: a\n    rules:\n      - alert: Down\n        exp: up == 0\n',
      '5:9 unknown key "exp" in "Down" of "rules" (did you mean "expr"?)',
    ],
    [
      'groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        for: 5\n',
      '6:14 "for" is 5, and must be a duration such as 30s or 5m',
    ],
    [
      'groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        annotation: {summary: down}\n',
      '6:9 unknown key "annotation" in "Down" of "rules" (did you mean "annotations"?)',
    ],
    [
      'groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels:\n          - severity: critical\n',
      '7:11 "labels" is a list, and must be a map',
    ],
    [
      'groups:\n  - name: a\n    rules:\n      - expr: up == 0\n',
      '4:9 an item of "rules" has neither "alert" nor "record"',
    ],
    [
      'groups:\n  - name: a\n    rules:\n      - alert: Down\n        record: job:up\n        expr: up == 0\n',
      '5:9 "Down" of "rules" has both "alert" and "record": only one of them may be set',
    ],
    [
      'groups:\n  - name: a\n    rules:\n      - record: job:up\n        expr: up == 0\n        for: 5m\n        annotations: {summary: down}\n',
      '6:14 "for" is "5m", and must be left out: a recording rule has none',
      '7:22 "annotations" is a map, and must be left out: a recording rule has none',
    ],
    [
      'groups:\n  - rules:\n      - alert: Down\n        expr: up == 0\n',
      '2:5 an item of "groups" has no "name"',
    ],
    [
      'groups:\n  - name: a\n    interval: 30 seconds\n    rules: []\n',
      '3:15 "interval" is "30 seconds", and must be a duration such as 30s or 5m',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('rules', text)).toEqual(messages);
  });
});

describe('a rule unit test', () => {
  test.each([
    [
      'rule_files: [a.yml]\ntests:\n  - interval: 1m\n    input_serie:\n      - series: up\n        values: 0x5\n',
      '4:5 unknown key "input_serie" in an item of "tests" (did you mean "input_series"?)',
    ],
    [
      'rule_files: [a.yml]\ntests:\n  - interval: 60\n',
      '3:15 "interval" is 60, and must be a duration such as 30s or 5m',
    ],
    [
      'rule_files: [a.yml]\ntests:\n  - alert_rule_test:\n      - eval_time: 5m\n        exp_alerts: []\n',
      '4:9 an item of "alert_rule_test" has no "alertname"',
    ],
    [
      'rule_files: [a.yml]\ntests:\n  - alert_rule_test:\n      - eval_time: 5m\n        alertname: Down\n        exp_alerts:\n          - exp_label: {severity: critical}\n',
      '7:13 unknown key "exp_label" in an item of "exp_alerts" (did you mean "exp_labels"?)',
    ],
    [
      'rule_files: [a.yml]\ntests:\n  - promql_expr_test:\n      - expr: up\n        exp_samples:\n          - labels: up\n            value: "1"\n',
      '7:20 "value" is "1", and must be a number (write it without quotes)',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('rule_test', text)).toEqual(messages);
  });
});

describe('a file of scrape targets', () => {
  test.each([
    [
      '- targets: [api:80]\n  label: {job: api}\n',
      '2:3 unknown key "label" in an item (did you mean "labels"?)',
    ],
    [
      '- targets: api:80\n',
      '1:12 "targets" is "api:80", and must be a list (write it as a list: ["api:80"])',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('scrape_targets', text)).toEqual(messages);
  });
});

describe('an Alertmanager configuration', () => {
  test.each([
    [
      'route:\n  receiver: a\n  group_byy: [job]\nreceivers:\n  - name: a\n',
      '3:3 unknown key "group_byy" in "route" (did you mean "group_by"?)',
    ],
    ['route:\n  group_by: [job]\nreceivers:\n  - name: a\n', '2:3 "route" has no "receiver"'],
    [
      'route:\n  receiver: a\n  match: {severity: critical}\nreceivers:\n  - name: a\n',
      '3:10 "match" is a map, and must be left out: the first route takes every alert',
    ],
    [
      'route:\n  receiver: a\n  routes:\n    - matchers: severity="critical"\nreceivers:\n  - name: a\n',
      '4:17 "matchers" is "severity="critical"", and must be a list (write it as a list: [\'severity="critical"\'])',
    ],
    [
      'route:\n  receiver: a\n  repeat_interval: 4 hours\nreceivers:\n  - name: a\n',
      '3:20 "repeat_interval" is "4 hours", and must be a duration such as 30s or 5m',
    ],
    [
      'route: {receiver: a}\nreceivers:\n  - name: a\n    slack_configs:\n      - channel: "#alerts"\n',
      '5:9 an item of "slack_configs" has none of "api_url", "api_url_file", "app_token", "app_token_file", and "global" has no "slack_api_url"',
    ],
    [
      'route: {receiver: a}\nreceivers:\n  - name: a\n    webhook_configs:\n      - send_resolved: true\n',
      '5:9 an item of "webhook_configs" has neither "url" nor "url_file"',
    ],
    [
      'global: {smtp_smarthost: "a:25", smtp_from: a@b}\nroute: {receiver: a}\nreceivers:\n  - name: a\n    email_configs:\n      - from: a@b.c\n',
      '6:9 an item of "email_configs" has no "to"',
    ],
    [
      'route: {receiver: a}\nreceivers:\n  - name: a\nslack_configs:\n  - channel: "#alerts"\n',
      '4:1 unknown key "slack_configs" (known keys: global, route, inhibit_rules, receivers, templates, mute_time_intervals, time_intervals, tracing, event_recorder)',
    ],
    [
      'route: {receiver: a}\nreceivers:\n  - name: a\n    pagerduty_configs:\n      - severity: critical\n',
      '5:9 an item of "pagerduty_configs" has none of "routing_key", "service_key", "routing_key_file", "service_key_file"',
    ],
    [
      'route: {receiver: a}\nreceivers:\n  - name: a\n    hipchat_configs:\n      - room_id: b\n',
      '4:5 "hipchat_configs" is refused by Alertmanager 0.21 and later, for HipChat is no more: leave it out',
    ],
    [
      'route: {receiver: a}\nreceivers:\n  - name: a\ntime_intervals:\n  - name: night\n    time_intervals:\n      - weekdays: [mondays]\n        times:\n          - start_time: 9:00\n            end_time: "17:00"\n',
      '7:20 an item of "weekdays" is "mondays", and must be a day such as monday, or a range such as monday:friday',
      '9:25 "start_time" is "9:00", and must be a time of day such as 09:30',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('alertmanager', text)).toEqual(messages);
  });
});

describe('a compose file', () => {
  test.each([
    [
      'services:\n  api:\n    image: a\n    enviroment: {A: b}\n',
      '4:5 unknown key "enviroment" in "api" (did you mean "environment"?)',
    ],
    [
      'services:\n  api:\n    image: a\n    ports: 80:80\n',
      '4:12 "ports" is "80:80", and must be a list (write it as a list: ["80:80"])',
    ],
    [
      'services:\n  api:\n    image: a\n    user: 1000\n',
      '4:11 "user" is 1000, and must be a text such as "1000" (write it in quotes: "1000")',
    ],
    [
      'services:\n  api:\n    image: a\n    depends_on:\n      db:\n        condition: service_health\n',
      '6:20 "condition" is "service_health", and must be one of "service_started", "service_healthy", "service_completed_successfully" (did you mean "service_healthy"?)',
    ],
    ['services:\n  api:\n    image: a\n    depends_on:\n      db: {}\n', '5:11 "db" has no "condition"'],
    [
      'services:\n  api:\n    image: a\n    healthcheck:\n      test: [CMD, a]\n      interval: 30\n      timeout: "5"\n',
      '6:17 "interval" is 30, and must be a duration with its unit, such as 30s or 1m30s',
      '7:16 "timeout" is "5", and must be a duration with its unit, such as 30s or 1m30s',
    ],
    [
      'services:\n  api:\n    image: a\n    volumes:\n      - source: ./a\n        target: /a\n',
      '5:9 an item of "volumes" has no "type"',
    ],
    [
      'services:\n  api:\n    image: a\n    environment:\n',
      '4:17 "environment" is empty, and must be a map or a list',
    ],
    [
      'services:\n  api:\n    image: a\n    deploy:\n      resources:\n        limits:\n          memory: 512\n',
      '7:19 "memory" is 512, and must be a size with its unit, such as 512M',
    ],
    [
      'version: 3.8\nservices:\n  api:\n    image: a\n',
      '1:10 "version" is 3.8, and must be a text such as "3.8" (write it in quotes: "3.8")',
    ],
    ['services:\n  my api:\n    image: a\n', '2:3 "my api" is no valid name in "services"'],
    [
      'service:\n  api: {}\nservices:\n  api:\n    image: a\n',
      '1:1 unknown key "service" (did you mean "services"?)',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('compose', text)).toEqual(messages);
  });
});

describe('Grafana datasource provisioning', () => {
  test.each([
    [
      'apiVersion: 1\ndatasources:\n  - name: Prometheus\n    url: http://prometheus:9090\n',
      '3:5 "Prometheus" of "datasources" has no "type"',
    ],
    [
      'apiVersion: 1\ndatasources:\n  - name: Prometheus\n    type: prometheus\n    isDefault: yes\n',
      '5:16 "isDefault" is "yes", and must be true or false',
    ],
    [
      'apiVersion: 1\ndatasources:\n  - name: Prometheus\n    type: prometheus\n    jsonData: [a]\n',
      '5:15 "jsonData" is a list, and must be a map',
    ],
    [
      'datasources:\n  - name: Prometheus\n    type: prometheus\n    isDefault: true\n',
      '4:5 "isDefault" is not read without apiVersion: write apiVersion: 1 at the top of the file',
    ],
    [
      'apiVersion: 1\ndatasources:\n  name: Prometheus\n  type: prometheus\n',
      '3:3 "datasources" is a map, and must be a list',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('grafana_datasources', text)).toEqual(messages);
  });
});

describe('Grafana dashboard provisioning', () => {
  test.each([
    ['providers:\n  - name: all\n    options: {path: /dashboards}\n', '1:1 the file has no "apiVersion"'],
    [
      'apiVersion: 1\nproviders:\n  - name: all\n    type: files\n    options: {path: /dashboards}\n',
      '4:11 "type" is "files", and must be "file" (did you mean "file"?)',
    ],
    [
      'apiVersion: 1\nproviders:\n  - name: all\n    options: {paths: /dashboards}\n',
      '4:14 "options" has neither "path" nor "folder"',
    ],
    [
      'apiVersion: 1\nproviders:\n  - name: all\n    updateIntervalSeconds: 10s\n    options: {path: /dashboards}\n',
      '4:28 "updateIntervalSeconds" is "10s", and must be a whole number',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('grafana_providers', text)).toEqual(messages);
  });
});

describe('Grafana alerting provisioning', () => {
  test.each([
    [
      'apiVersion: 1\ngroups:\n  - name: a\n    folder: b\n    interval: 60\n    rules: []\n',
      '5:15 "interval" is 60, and must be a duration such as 30s or 5m',
    ],
    [
      'apiVersion: 1\ngroups:\n  - name: a\n    interval: 1m\n    rules: []\n',
      '3:5 "a" of "groups" has no "folder"',
    ],
    [
      'apiVersion: 1\ngroups:\n  - name: a\n    folder: b\n    interval: 1m\n    rules:\n      - uid: c\n        title: Down\n        condition: A\n        data: []\n        noDataState: Ok\n',
      '10:15 "data" is an empty list, and must be a list of at least one item',
      '11:22 "noDataState" is "Ok", and must be one of "Alerting", "NoData", "OK", "KeepLast" (did you mean "OK"?)',
    ],
    [
      'apiVersion: 1\ncontactPoints:\n  - name: a\n    receivers:\n      - type: slack\n        settings: {}\n',
      '5:9 an item of "receivers" has no "uid"',
      '6:19 "settings" is an empty map, and must be a map of at least one key',
    ],
    [
      'apiVersion: 1\npolicies:\n  - receiver: a\n    object_matchers:\n      - [severity, "="]\n',
      '5:9 an item of "object_matchers" is a list, and must be a list of a label, an operator and a value',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('grafana_alerting', text)).toEqual(messages);
  });
});

describe('a dashboard', () => {
  test.each([
    ['{"panels": [], "schemaVersion": 39}', '1:1 the file has no "title"'],
    [
      '{"title": "a", "panels": {"id": 1}, "schemaVersion": 39}',
      '1:26 "panels" is a map, and must be a list',
    ],
    [
      '{"title": "a", "panels": [{"id": "1", "type": "timeseries", "targets": {"expr": "up"}}]}',
      '1:34 "id" is "1", and must be a whole number (write it without quotes)',
      '1:72 "targets" is a map, and must be a list',
    ],
    [
      '{"title": "a", "panels": [{"title": "b", "gridPos": {"x": "0", "y": 0}}]}',
      '1:59 "x" is "0", and must be a number (write it without quotes)',
    ],
    [
      '{"title": "a", "panels": [], "templating": {"list": [{"name": "job", "query": "a"}]}}',
      '1:54 "job" of "list" has no "type"',
    ],
    [
      '{"title": "a", "panels": [], "refresh": 30, "schemaVersion": "v39"}',
      '1:41 "refresh" is 30, and must be an interval such as "30s", or false',
      '1:62 "schemaVersion" is "v39", and must be a whole number',
    ],
    [
      '{"title": "a", "panels": [], "uid": "my dashboard"}',
      '1:37 "uid" is "my dashboard", and must be a text of at most 40 letters, digits, "-" and "_"',
    ],
    [
      '{"title": "a", "panels": [{"type": "row", "panels": [{"title": ["b"]}]}]}',
      '1:64 "title" is a list, and must be a text',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('dashboard', text)).toEqual(messages);
  });
});

describe('a dashboard of the second schema', () => {
  test.each([
    [
      '{"title": "a", "elements": {"p": {"kind": "Panell", "spec": {}}}, "layout": {"kind": "GridLayout", "spec": {"items": []}}}',
      '1:43 "kind" is "Panell", and must be one of "Panel", "LibraryPanel" (did you mean "Panel"?)',
    ],
    [
      '{"title": "a", "elements": {"p": {"kind": "Panel", "spec": {"id": 1, "vizConfig": {}}}}, "layout": {"kind": "GridLayout", "spec": {}}}',
      '1:60 "spec" has no "data"',
    ],
    [
      '{"title": "a", "elements": {}, "layout": {"kind": "GridLayout", "spec": {"items": [{"kind": "GridLayoutItem", "spec": {"element": {"kind": "ElementReference"}}}]}}}',
      '1:131 "element" has no "name"',
    ],
    [
      '{"elements": {}, "layout": {"kind": "RowsLayout", "spec": {"rows": [{"spec": {"layout": {"kind": "Grid", "spec": {}}}}]}}}',
      '1:1 the file has no "title"',
      '1:98 "kind" is "Grid", and must be one of "GridLayout", "AutoGridLayout", "ResponsiveGridLayout", "RowsLayout", "TabsLayout"',
    ],
    [
      '{"title": "a", "elements": {}, "layout": {"kind": "TabsLayout", "spec": {"tabs": []}}, "variables": [{"kind": "QueryVariable", "spec": {}}]}',
      '1:136 "spec" has no "name"',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('dashboard_v2', text)).toEqual(messages);
  });
});

describe('a Loki configuration', () => {
  test.each([
    [
      'limits_configs:\n  retention_period: 30d\nschema_config: {configs: []}\n',
      '1:1 unknown key "limits_configs" (did you mean "limits_config"?)',
    ],
    [
      'limits_config:\n  retention_periods: 30d\n',
      '2:3 unknown key "retention_periods" in "limits_config" (did you mean "retention_period"?)',
    ],
    [
      'limits_config:\n  retention_period: 30\n',
      '2:21 "retention_period" is 30, and must be a duration such as 30s or 5m',
    ],
    [
      'compactor:\n  retention_enabled: "true"\n',
      '2:22 "retention_enabled" is "true", and must be true or false (write it without quotes)',
    ],
    [
      'compactor:\n  compaction_interval: 1d\n',
      '2:24 "compaction_interval" is "1d", and must be a duration such as 30s or 1h30m (there is no unit for days)',
    ],
    [
      'compactor:\n  shared_store: filesystem\n',
      '2:3 "shared_store" is refused by Loki 3.0 and later: write delete_request_store',
    ],
    [
      'schema_config:\n  configs:\n    - from: 2024-4-1\n      store: tsbd\n      schema: v13\n',
      '3:13 "from" is "2024-4-1", and must be a date such as 2024-04-01',
      '4:14 "store" is "tsbd", and must be one of "tsdb", "boltdb-shipper", "boltdb", "aws", "aws-dynamo", "gcp", "gcp-columnkey", "bigtable", "bigtable-hashed", "cassandra", "grpc-store", "inmemory" (did you mean "tsdb"?)',
    ],
    [
      'schema_config:\n  configs:\n    - from: 2024-04-01\n      store: tsdb\n      object_storage: s3\n      schema: v13\n',
      '5:7 unknown key "object_storage" in an item of "configs" (did you mean "object_store"?)',
    ],
    ['common:\n  storages: {}\n', '2:3 unknown key "storages" in "common" (did you mean "storage"?)'],
    [
      'ruler:\n  alertmanager_urls: http://a\n',
      '2:3 unknown key "alertmanager_urls" in "ruler" (did you mean "alertmanager_url"?)',
    ],
    [
      'chunk_store_config:\n  max_look_back_period: 0s\n',
      '2:3 "max_look_back_period" is refused by Loki 3.0 and later: write max_query_lookback in limits_config',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('loki', text)).toEqual(messages);
  });
});

describe('a Promtail configuration', () => {
  test.each([
    [
      'client:\n  url: http://loki:3100\n  urls: a\n',
      '3:3 unknown key "urls" in "client" (did you mean "url"?)',
    ],
    ['clients:\n  url: http://loki:3100\n', '2:3 "clients" is a map, and must be a list'],
    [
      'positions:\n  file: /tmp/positions.yaml\n',
      '2:3 unknown key "file" in "positions" (known keys: filename, sync_period, ignore_invalid_yaml)',
    ],
    [
      'server:\n  http_listen_port: "9080"\n',
      '2:21 "http_listen_port" is "9080", and must be a whole number (write it without quotes)',
    ],
    [
      'scrape_configs:\n  - job_name: a\n    pipeline_stage:\n      - docker: {}\n',
      '3:5 unknown key "pipeline_stage" in "a" of "scrape_configs" (did you mean "pipeline_stages"?)',
    ],
    [
      'scrape_configs:\n  - job_name: a\n    pipeline_stages:\n      - dockr: {}\n',
      '4:9 unknown key "dockr" in an item of "pipeline_stages" (did you mean "docker"?)',
    ],
    [
      'scrape_configs:\n  - job_name: a\n    pipeline_stages:\n      - json: {expressions: {a: b}}\n        labels: {a: }\n',
      '4:9 an item of "pipeline_stages" is a map, and must be a map of one stage only',
    ],
    [
      'scrape_configs:\n  - job_name: a\n    pipeline_stages:\n      - match:\n          selector: \'{job="a"}\'\n          stages:\n            - regex: {expresion: a}\n',
      '7:22 "regex" has no "expression"',
    ],
    [
      'scrape_configs:\n  - job_name: a\n    pipeline_stages:\n      - metrics:\n          lines: {type: count}\n',
      '5:25 "type" is "count", and must be one of "counter", "gauge", "histogram" (did you mean "counter"?)',
    ],
    [
      'scrape_configs:\n  - job_name: a\n    http_sd_configs: []\n',
      '3:5 unknown key "http_sd_configs" in "a" of "scrape_configs" (did you mean "file_sd_configs"?)',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('promtail', text)).toEqual(messages);
  });
});

describe('a Tempo configuration', () => {
  test.each([
    [
      'distributor:\n  receivers:\n    oltp: {}\n',
      '3:5 unknown key "oltp" in "receivers" (did you mean "otlp"?)',
    ],
    [
      'distributor:\n  receivers:\n    otlp:\n      protocols:\n        htpp: {}\n',
      '5:9 unknown key "htpp" in "protocols" (did you mean "http"?)',
    ],
    [
      'compactor:\n  compaction:\n    block_retention: 30d\n',
      '1:1 "compactor" is refused by Tempo 3.0 and later: write its compaction in backend_worker',
      '3:22 "block_retention" is "30d", and must be a duration such as 30s or 1h30m (there is no unit for days)',
    ],
    [
      'backend_worker:\n  compaction:\n    block_retentions: 48h\n',
      '3:5 unknown key "block_retentions" in "compaction" (did you mean "block_retention"?)',
    ],
    [
      'storage:\n  trace:\n    backend: filesystem\n',
      '3:14 "backend" is "filesystem", and must be one of "local", "gcs", "s3", "azure"',
    ],
    ['storages: {}\ndistributor: {}\n', '1:1 unknown key "storages" (did you mean "storage"?)'],
  ])('%j', (text, ...messages) => {
    expect(faults('tempo', text)).toEqual(messages);
  });
});

describe('a JMX exporter configuration', () => {
  test.each([
    [
      'lowerCaseOutputName: true\nrules: []\n',
      '1:1 unknown key "lowerCaseOutputName" (did you mean "lowercaseOutputName"?)',
    ],
    [
      'startDelaySeconds: "30"\n',
      '1:20 "startDelaySeconds" is "30", and must be a whole number from 0 on (write it without quotes)',
    ],
    [
      'rules:\n  - pattern: a\n    name: b\n    labels: {partitions: [1]}\n',
      '4:26 "partitions" is a list, and must be a text',
    ],
    [
      'rules:\n  - pattern: a\n    name: b\n    type: counter\n',
      '4:11 "type" is "counter", and must be "GAUGE", "COUNTER" or "UNTYPED" (did you mean "COUNTER"?)',
    ],
    [
      'rules:\n  - pattern: a\n    name: b\n    label: {c: d}\n',
      '4:5 unknown key "label" in "b" of "rules" (did you mean "labels"?)',
    ],
    [
      'whitelistObjectNames: "a:*"\n',
      '1:23 "whitelistObjectNames" is "a:*", and must be a list (write it as a list: ["a:*"])',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('jmx', text)).toEqual(messages);
  });
});

describe('a StatsD mapping', () => {
  test.each([
    ['mappings:\n  - match: a.*\n', '2:5 "a.*" of "mappings" has no "name"'],
    [
      'mappings:\n  - match: a.*\n    name: a\n    match_typ: regex\n',
      '4:5 unknown key "match_typ" in "a" of "mappings" (did you mean "match_type"?)',
    ],
    [
      'mappings:\n  - match: a.*\n    name: a\n    observer_type: sumary\n',
      '4:20 "observer_type" is "sumary", and must be one of "histogram", "summary" (did you mean "summary"?)',
    ],
    [
      'mappings:\n  - match: a.*\n    name: a\n    labels: {job-name: b}\n',
      '4:14 "job-name" is no valid name in "labels"',
    ],
    [
      'mappings:\n  - match: a.*\n    name: a\n    timer_type: histogram\n',
      '4:5 "timer_type" is refused by statsd_exporter 0.31 and later: write observer_type',
    ],
    [
      'defaults:\n  ttl: 1d\nmappings: []\n',
      '2:8 "ttl" is "1d", and must be a duration such as 30s or 1h30m (there is no unit for days)',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('statsd', text)).toEqual(messages);
  });
});

describe('a blackbox exporter configuration', () => {
  test.each([
    [
      'modules:\n  web:\n    prober: https\n',
      '3:13 "prober" is "https", and must be one of "http", "tcp", "icmp", "dns", "grpc", "unix", "websocket" (did you mean "http"?)',
    ],
    [
      'modules:\n  web:\n    prober: http\n    timeout: 5\n',
      '4:14 "timeout" is 5, and must be a duration such as 30s or 1h30m (there is no unit for days)',
    ],
    [
      'modules:\n  web:\n    prober: http\n    http:\n      valid_status_code: [200]\n',
      '5:7 unknown key "valid_status_code" in "http" (did you mean "valid_status_codes"?)',
    ],
    [
      'modules:\n  web:\n    prober: http\n    http:\n      fail_if_matches_regexp: [a]\n',
      '5:7 "fail_if_matches_regexp" is refused by blackbox_exporter 0.14 and later: write fail_if_body_matches_regexp',
    ],
    ['modules:\n  names:\n    prober: dns\n    dns: {query_type: A}\n', '4:10 "dns" has no "query_name"'],
    [
      'modules:\n  web:\n    prober: http\n    http: {preferred_ip_protocol: ipv6}\n',
      '4:35 "preferred_ip_protocol" is "ipv6", and must be "ip4" or "ip6"',
    ],
  ])('%j', (text, ...messages) => {
    expect(faults('blackbox', text)).toEqual(messages);
  });
});

describe('a collector configuration', () => {
  test.each([
    [
      'service:\n  pipelines:\n    metric:\n      receivers: [otlp]\n',
      '3:5 unknown key "metric" in "pipelines" (did you mean "metrics"?)',
    ],
    [
      'service:\n  pipelines:\n    metrics:\n      receiver: [otlp]\n      exporters: [prometheus]\n',
      '4:7 unknown key "receiver" in "metrics" (did you mean "receivers"?)',
    ],
    [
      'service:\n  pipelines:\n    metrics:\n      receivers: otlp\n',
      '4:18 "receivers" is "otlp", and must be a list (write it as a list: ["otlp"])',
    ],
    ['service:\n  pipeline: {}\n', '2:3 unknown key "pipeline" in "service" (did you mean "pipelines"?)'],
  ])('%j', (text, ...messages) => {
    expect(faults('otel', text)).toEqual(messages);
  });
});

describe('what is no fault', () => {
  test.each<[string, SchemaName, string]>([
    [
      'a key without a value, where Go reads the file',
      'prometheus',
      'global:\nrule_files:\nscrape_configs:\n',
    ],
    [
      'a number where a text is meant, where Go reads the file',
      'rules',
      'groups: [{name: 1, rules: [{alert: 2, expr: 1, labels: {a: 5, b: true}}]}]',
    ],
    [
      'YAML 1.1 truth values, where Go reads the file',
      'prometheus',
      'scrape_configs: [{job_name: a, honor_labels: yes}]',
    ],
    [
      'keys of vmalert, and its durations',
      'rules',
      'groups: [{name: a, concurrency: 2, interval: 30, rules: [{record: b, expr: c, debug: true}]}]',
    ],
    [
      "keys of Loki's, Mimir's and Thanos' rulers",
      'rules',
      'namespace: a\ngroups: [{name: a, limit: 1, remote_write: [{url: b}], source_tenants: [c], partial_response_strategy: abort, rules: []}]',
    ],
    [
      "keys of VictoriaMetrics' agent",
      'prometheus',
      'scrape_configs: [{job_name: a, stream_parse: true, relabel_configs: [{if: b, action: keep_metrics}]}]',
    ],
    [
      'extensions and both forms, in compose',
      'compose',
      'x-a: &a {restart: always}\nservices: {a: {<<: *a, image: b, environment: [C], x-d: 1}, e: {image: f, environment: {C: 1}, depends_on: {a: {condition: service_started}}}}',
    ],
    ['an old version line, in compose', 'compose', 'version: "2"\nservices: {a: {image: b}}'],
    [
      'a variable',
      'compose',
      'services: {a: {image: b, user: "${USER_ID}", deploy: {replicas: "${N:-2}"}, healthcheck: {interval: "${I}"}}}',
    ],
    [
      'a variable of another type',
      'prometheus',
      'global: {scrape_interval: "${INTERVAL}"}\nscrape_configs: [{job_name: a, sample_limit: "${LIMIT}"}]',
    ],
    [
      'what compose takes out again',
      'compose',
      'services: {a: {ports: !reset null, depends_on: !reset {b: {}}}}',
    ],
    [
      'a variable, in Grafana',
      'grafana_datasources',
      'apiVersion: 1\ndatasources: [{name: a, type: b, isDefault: $DEFAULT, orgId: $ORG}]',
    ],
    [
      'any key, in Grafana',
      'grafana_datasources',
      'apiVersion: 1\ndatasources: [{name: a, type: b, readOnly: true}]',
    ],
    [
      'old forms, in dashboards',
      'dashboard',
      '{"title": "a", "id": null, "refresh": false, "schemaVersion": "39", "rows": [{"height": "250px", "panels": [{"datasource": null}]}]}',
    ],
    ['bytes', 'blackbox', 'modules: {a: {prober: tcp, tcp: {query_response: [{send: !!binary AAAA}]}}}'],
  ])('%s', (_, name, text) => {
    expect(faults(name, text)).toEqual([]);
  });
});

test('a key that newer versions refuse says from which on', () => {
  const [fault] = check('tempo', 'ingester: {}\n');
  expect(fault).toMatchObject({ kind: 'ignored-key', path: ['ingester'], part: 'key', since: '3.0' });
});

/**
 * Files of the corpus that a tool refuses, each verified: `promtool check config --syntax-only` for the
 * first, `amtool check-config` for the last (with a URL in the place of `url`), and the sources of the
 * blackbox exporter, whose 0.14 took the key away (the repository's stack runs 0.10, which reads it).
 */
const REFUSED = [
  'PagerTree__prometheus-grafana-alertmanager-example/blackboxexporter/config.yml:12 "fail_if_matches_regexp" is refused by blackbox_exporter 0.14 and later: write fail_if_body_matches_regexp',
  'docker__awesome-compose/prometheus-grafana/prometheus/prometheus.yml:11 "api_version" is v1, which Prometheus 3.0 and later refuse: write v2',
  'prometheus-operator__kube-prometheus/examples/alertmanager-config-with-template.yaml:18 unknown key "slack_configs"',
  'prometheus-operator__kube-prometheus/examples/alertmanager-config.yaml:18 unknown key "slack_configs"',
];

describe.skipIf(!hasCorpus)('the corpus', () => {
  test('has faults only where the tools find them', () => {
    const found: string[] = [];
    for (const file of readFiles(openRepository(openDisk(corpusPath()))).all) {
      const schema = schemaOf(file);
      // Promtail's, whose clients a script adds.
      if (schema === undefined || file.path === 'eth-educators__eth-docker/promtail/global.yml') continue;
      for (const { path, part, message } of schemaFaults(schema.name, schema.node, isVariable)) {
        const { start } = locate({ node: child(schema.node, ...path), part });
        found.push(`${file.path}:${start.line} ${message}`);
      }
    }
    expect(found).toEqual(REFUSED);
  });
});
