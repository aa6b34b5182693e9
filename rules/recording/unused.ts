import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { isReadable } from '../../src/repo/repository.ts';
import { templatedTexts } from '../../src/stack/alert-texts.ts';
import type { Rule } from '../../src/stack/rules.ts';
import type { System } from '../../src/stack/system.ts';
import { promqlGroups, type Server, serversOf, usagesOf } from '../../src/stack/usages.ts';
import { counted } from '../../src/words.ts';
import { alertFile, recordingFile, STACK } from '../shared/rule-examples.ts';

const COMPOSE = (STACK['docker-compose.yml'] ?? '')
  .replace('      - data:', '      - ./recording.yml:/etc/prometheus/recording.yml:ro\n      - data:')
  .replace(
    'volumes:\n  data:',
    `  grafana:
    image: grafana/grafana:12.1.0
    volumes:
      - ./grafana/datasources.yml:/etc/grafana/provisioning/datasources/prometheus.yml:ro
      - ./grafana/dashboards.yml:/etc/grafana/provisioning/dashboards/api.yml:ro
      - ./grafana/dashboards:/var/lib/grafana/dashboards:ro
volumes:
  data:`,
  );
const FILES = {
  ...STACK,
  'docker-compose.yml': COMPOSE,
  'prometheus.yml': (STACK['prometheus.yml'] ?? '').replace('[alerts.yml]', '[alerts.yml, recording.yml]'),
  'alerts.yml': alertFile('up{job="api"} == 0'),
  'recording.yml': recordingFile({
    'job:http_requests:rate5m': 'sum by (job) (rate(http_requests_total[5m]))',
  }),
  'grafana/datasources.yml':
    'apiVersion: 1\ndatasources:\n  - {name: Prometheus, type: prometheus, uid: prometheus, url: "http://prometheus:9090", isDefault: true}\n',
  'grafana/dashboards.yml':
    'apiVersion: 1\nproviders:\n  - {name: files, type: file, options: {path: /var/lib/grafana/dashboards}}\n',
};
const dashboard = (expr: string): string =>
  `{"title": "API", "uid": "api", "schemaVersion": 39, "panels": [{"id": 1, "type": "timeseries", "title": "Requests",
  "datasource": {"type": "prometheus", "uid": "prometheus"}, "targets": [{"refId": "A", "expr": "${expr}"}]}]}\n`;

export const rule = defineRule({
  id: 'recording/unused',
  severity: 'warning',
  summary: 'A recorded metric that nothing uses.',
  why: `The rule is evaluated at each interval and its series are stored, for nobody. Often it was meant for an alert or
a panel that asks for another name, and so shows nothing.`,
  fix: `Use it, or delete the rule.`,
  bad: {
    files: { ...FILES, 'grafana/dashboards/api.json': dashboard('rate(http_requests_total[5m])') },
    at: ['recording.yml:4:17'],
  },
  good: { files: { ...FILES, 'grafana/dashboards/api.json': dashboard('job:http_requests:rate5m') } },
  check({ system, report }) {
    let used: ReadonlySet<string> | undefined;
    const unused = new Map<string, Rule[]>();
    for (const group of promqlGroups(system)) {
      const servers = serversOf(system, group);
      if (servers.length === 0 || !servers.every(isSeenWhole)) continue;
      const inFile = unused.get(group.file.path) ?? [];
      for (const recording of group.rules) {
        if (recording.kind !== 'record' || inFile.some(({ name }) => name === recording.name)) continue;
        used ??= usedNames(system);
        if (!used.has(recording.name) && !isMentioned(recording, system)) inFile.push(recording);
      }
      unused.set(group.file.path, inFile);
    }
    // A file of rules that were taken over whole is one decision.
    for (const [first, ...others] of unused.values()) {
      if (first === undefined) continue;
      report({
        at: { node: child(first.node, 'record') },
        message:
          others.length === 0
            ? `nothing uses "${first.name}": no rule, no panel and no alert of the repository asks for it`
            : `nothing uses "${first.name}" and ${counted(others.length, 'other recorded metric')} of this file: no rule, no panel and no alert of the repository asks for them`,
        help: others.length === 0 ? 'use it, or delete the rule' : 'use them, or delete the rules',
        related: others.slice(0, 6).map((other) => ({
          at: { node: child(other.node, 'record') },
          message: `nothing uses "${other.name}"`,
        })),
      });
    }
  },
});

/** Whether all that asks a server is in the repository: its dashboards are, and it sends its series nowhere. */
const isSeenWhole = ({ prometheus: { config }, stack }: Server): boolean =>
  config !== undefined &&
  child(config, 'remote_write').value === undefined &&
  stack.grafanas.some(({ dashboards, isComplete }) => dashboards.length > 0 && isComplete) &&
  // What asks for everything may be another Prometheus, or Thanos.
  stack.containers.every(({ image }) => !/thanos|mimir|cortex|adapter/.test(image ?? ''));

function usedNames(system: System): Set<string> {
  const names = new Set<string>();
  for (const { query, by } of usagesOf(system)) {
    for (const { name } of query.selectors) {
      // A rule that is made of itself is no use of it.
      if (name !== undefined && !(by.kind === 'rule' && by.rule.name === name)) names.add(name);
    }
    // A name that is matched by a pattern may be any.
    for (const { matchers } of query.selectors)
      for (const { label, op, value } of matchers)
        if (label === '__name__' && op === '=~') for (const part of value.split(/[^\w:]+/)) names.add(part);
  }
  return names;
}

/** Whether a name stands anywhere else: in a variable's query, a template, a script, or a page. */
function isMentioned({ name, group, node }: Rule, system: System): boolean {
  if (templatedTexts(system).some(({ text }) => text.includes(name))) return true;
  const { repo } = system.files;
  const tests = new Set(system.ruleTests.map(({ file }) => file.path));
  return repo.paths.some((path) => {
    if (path === group.file.path || tests.has(path)) return false;
    const source = repo.text(path);
    return isReadable(source) && source.text.includes(name) && source.path !== node.doc.source.path;
  });
}
