import { child, entries, type Fields, isFields, items, type Node } from './node.ts';

/** The kinds of file that are read, told by what is in them and not by their names. */
export type Kind =
  | 'compose'
  | 'prometheus'
  | 'rules'
  | 'rule-test'
  | 'scrape-targets'
  | 'alertmanager'
  | 'grafana-datasources'
  | 'grafana-providers'
  | 'grafana-alerting'
  | 'dashboard'
  | 'loki'
  | 'promtail'
  | 'tempo'
  | 'jmx'
  | 'statsd'
  | 'blackbox'
  | 'otel'
  | 'alloy';

/** What a reader calls a kind. */
export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  compose: 'a compose file',
  prometheus: 'a Prometheus configuration',
  rules: 'a Prometheus rule file',
  'rule-test': 'a rule unit test',
  'scrape-targets': 'a file of scrape targets',
  alertmanager: 'an Alertmanager configuration',
  'grafana-datasources': 'Grafana datasource provisioning',
  'grafana-providers': 'Grafana dashboard provisioning',
  'grafana-alerting': 'Grafana alerting provisioning',
  dashboard: 'a Grafana dashboard',
  loki: 'a Loki configuration',
  promtail: 'a Promtail configuration',
  tempo: 'a Tempo configuration',
  jmx: 'a JMX exporter configuration',
  statsd: 'a StatsD exporter mapping',
  blackbox: 'a blackbox exporter configuration',
  otel: 'an OpenTelemetry collector configuration',
  alloy: 'an Alloy configuration',
};

/**
 * Texts that may be of a kind: they hold one of its keys at the start of a line, or in JSON anywhere.
 * Everything else is never parsed.
 */
const YAML_SIGN = new RegExp(
  `^(?:["']?(?:${[
    'services',
    'include',
    'scrape_configs',
    'scrape_config_files',
    'rule_files',
    'groups',
    'route',
    'receivers',
    'datasources',
    'deleteDatasources',
    'providers',
    'contactPoints',
    'policies',
    'muteTimes',
    'templates',
    'schema_config',
    'auth_enabled',
    'limits_config',
    'clients',
    'distributor',
    'rules',
    'mappings',
    'modules',
    'tests',
    'evaluation_interval',
    'lowercaseOutputName',
    'startDelaySeconds',
    'panels',
    'alerting',
    'global',
  ].join(
    '|',
  )})["']?\\s*:|- *["']?targets["']?\\s*:|kind: *["']?(?:PrometheusRule|ConfigMap|GrafanaDashboard)\\b)`,
  'm',
);
const JSON_SIGN =
  /"(?:panels|rows|elements|targets|groups|scrape_configs|services|datasources|providers|dashboard|contactPoints|policies)"\s*:/;

/** Whether a text is worth parsing. */
export const maybeOfAKind = (path: string, text: string): boolean =>
  /\.json$/i.test(path)
    ? JSON_SIGN.test(text)
    : YAML_SIGN.test(text) || (/^\s*[{[]/.test(text) && JSON_SIGN.test(text));

/** A part of a file that is of one kind: usually the whole of it. */
export interface Content {
  readonly kind: Kind;
  readonly node: Node;
}

/** What a document's root is, unwrapped from a Kubernetes object or an API's envelope; undefined for anything else. */
export function classify(root: Node): Content | undefined {
  const value = root.value;
  if (Array.isArray(value)) return isTargetList(value) ? { kind: 'scrape-targets', node: root } : undefined;
  if (!isFields(value)) return undefined;
  if (isFields(value.dashboard) && isDashboard(value.dashboard))
    return { kind: 'dashboard', node: child(root, 'dashboard') };
  if (typeof value.kind === 'string' && value.apiVersion !== undefined && value.spec !== undefined)
    return classifyObject(root, value);
  const kind = kindOf(value);
  return kind && { kind, node: root };
}

/** Kubernetes objects, and Grafana's resources of the same shape. */
function classifyObject(root: Node, value: Fields): Content | undefined {
  const spec = child(root, 'spec');
  switch (value.kind) {
    case 'PrometheusRule':
      return { kind: 'rules', node: spec };
    case 'Dashboard':
      return isFields(spec.value) ? { kind: 'dashboard', node: root } : undefined;
    default:
      return undefined;
  }
}

/** Texts in a ConfigMap that are files of their own: each with its name and its node. */
export function embeddedFiles(root: Node): { name: string; node: Node }[] {
  const { value } = root;
  if (!isFields(value)) return [];
  if (value.kind === 'ConfigMap') return entries(child(root, 'data')).map(([name, node]) => ({ name, node }));
  if (value.kind === 'GrafanaDashboard') {
    const json = child(root, 'spec', 'json');
    return typeof json.value === 'string' ? [{ name: 'dashboard.json', node: json }] : [];
  }
  return [];
}

const has = (value: Fields, ...keys: readonly string[]): boolean =>
  keys.some((key) => Object.hasOwn(value, key));
const isList = Array.isArray;

/** The kind of a map by its keys, the most telling ones first. */
function kindOf(value: Fields): Kind | undefined {
  if (isCompose(value)) return 'compose';
  if (isDashboard(value)) return 'dashboard';
  if (
    isList(value.tests) &&
    (has(value, 'rule_files') ||
      value.tests.some(
        (test) => isFields(test) && has(test, 'input_series', 'alert_rule_test', 'promql_expr_test'),
      ))
  ) {
    return 'rule-test';
  }
  if (isFields(value.route) && has(value, 'receivers')) return 'alertmanager';
  if (isFields(value.service) && isFields(value.service.pipelines)) return 'otel';
  if (isPromtail(value)) return 'promtail';
  if (
    has(value, 'schema_config') ||
    (has(value, 'auth_enabled') && has(value, 'common', 'ingester', 'limits_config', 'server'))
  )
    return 'loki';
  if (isFields(value.distributor) && has(value.distributor, 'receivers')) return 'tempo';
  if (isList(value.datasources) && isProvisioning(value, value.datasources, ['type', 'url', 'uid', 'access']))
    return 'grafana-datasources';
  if (
    isList(value.providers) &&
    isProvisioning(value, value.providers, ['options', 'orgId', 'folder', 'updateIntervalSeconds'])
  )
    return 'grafana-providers';
  if (isGrafanaAlerting(value)) return 'grafana-alerting';
  if (isList(value.groups) && value.groups.some(isRuleGroup)) return 'rules';
  if (isPrometheus(value)) return 'prometheus';
  if (
    isList(value.mappings) &&
    value.mappings.some((mapping) => isFields(mapping) && has(mapping, 'match', 'match_type'))
  )
    return 'statsd';
  if (
    isFields(value.modules) &&
    Object.values(value.modules).some((module) => isFields(module) && has(module, 'prober'))
  )
    return 'blackbox';
  return isJmx(value) ? 'jmx' : undefined;
}

const SERVICE_KEYS = [
  'image',
  'build',
  'extends',
  'command',
  'environment',
  'env_file',
  'ports',
  'volumes',
  'depends_on',
  'container_name',
  'healthcheck',
  'profiles',
  'networks',
  'deploy',
  'restart',
  'entrypoint',
  'labels',
  'expose',
  'user',
  'logging',
];

function isCompose(value: Fields): boolean {
  if (
    isList(value.include) &&
    value.include.every((item) => typeof item === 'string' || (isFields(item) && has(item, 'path')))
  ) {
    return !has(value, 'default', 'variables', 'jobs', 'stages');
  }
  if (!isFields(value.services) || has(value, 'pipelines', 'receivers', 'replicaCount')) return false;
  const services = Object.values(value.services);
  return (
    services.length > 0 &&
    services.every((service) => service === null || (isFields(service) && has(service, ...SERVICE_KEYS)))
  );
}

/** A classic dashboard, one with rows, or the spec of a v2 one. */
function isDashboard(value: Fields): boolean {
  if (isFields(value.elements) && isFields(value.layout)) return true;
  const isClassic = isList(value.panels) || isList(value.rows);
  return (
    isClassic &&
    has(value, 'schemaVersion', 'templating', 'editable', 'annotations', 'uid', 'timezone', 'refresh', 'tags')
  );
}

function isPromtail(value: Fields): boolean {
  const isClient = (item: unknown): boolean => isFields(item) && has(item, 'url');
  const hasClients = isFields(value.client) || (isList(value.clients) && value.clients.some(isClient));
  return (
    (hasClients || has(value, 'positions')) &&
    has(value, 'scrape_configs', 'positions') &&
    !has(value, 'rule_files')
  );
}

const isProvisioning = (value: Fields, list: readonly unknown[], keys: readonly string[]): boolean =>
  has(value, 'apiVersion') || list.some((item) => isFields(item) && has(item, 'name') && has(item, ...keys));

function isGrafanaAlerting(value: Fields): boolean {
  if (isList(value.contactPoints) || isList(value.muteTimes)) return true;
  if (isList(value.policies) && value.policies.some((policy) => isFields(policy) && has(policy, 'receiver')))
    return true;
  if (!isList(value.groups)) return false;
  const rules = value.groups.flatMap((group) => (isFields(group) && isList(group.rules) ? group.rules : []));
  return rules.some((rule) => isFields(rule) && has(rule, 'data', 'condition') && has(rule, 'uid', 'title'));
}

const isRuleGroup = (group: unknown): boolean =>
  isFields(group) &&
  isList(group.rules) &&
  group.rules.some((rule) => isFields(rule) && has(rule, 'alert', 'record', 'expr'));

function isPrometheus(value: Fields): boolean {
  if (isList(value.scrape_configs) || (isList(value.rule_files) && !has(value, 'tests'))) return true;
  const { global, alerting } = value;
  return (
    (isFields(global) && has(global, 'scrape_interval', 'evaluation_interval')) ||
    (isFields(alerting) && has(alerting, 'alertmanagers'))
  );
}

const JMX_KEYS = [
  'lowercaseOutputName',
  'lowercaseOutputLabelNames',
  'startDelaySeconds',
  'whitelistObjectNames',
  'blacklistObjectNames',
  'includeObjectNames',
  'excludeObjectNames',
  'autoExcludeObjectNameAttributes',
  'hostPort',
  'jmxUrl',
  'httpServer',
  'collector',
];

function isJmx(value: Fields): boolean {
  if (has(value, 'apiVersion', 'groups')) return false;
  if (has(value, ...JMX_KEYS)) return true;
  return (
    isList(value.rules) &&
    value.rules.some(
      (rule) => isFields(rule) && has(rule, 'pattern') && has(rule, 'name', 'help', 'type', 'labels'),
    )
  );
}

const isTargetList = (value: readonly unknown[]): boolean =>
  value.length > 0 &&
  value.every(
    (item) =>
      isFields(item) &&
      isList(item.targets) &&
      Object.keys(item).every((key) => key === 'targets' || key === 'labels'),
  );

/** Whether a rule group is a Kubernetes or vmalert one is told by its own fields; here only whether it is one. */
export const ruleGroups = (node: Node): Node[] => items(child(node, 'groups'));
