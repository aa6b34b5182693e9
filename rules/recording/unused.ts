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
    const unused = new Map<string, Rule[]>();
    for (const recording of withoutMentioned(withoutUsed(recordings(system), system), system)) {
      const inFile = unused.get(recording.group.file.path) ?? [];
      if (!inFile.some(({ name }) => name === recording.name)) inFile.push(recording);
      unused.set(recording.group.file.path, inFile);
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

function withoutUsed(rules: readonly Rule[], system: System): Rule[] {
  if (rules.length === 0) return [];
  const used = usedNames(system);
  return rules.filter(({ name }) => !used.has(name));
}

/** The recording rules of servers of which everybody who asks them is known. */
const recordings = (system: System): Rule[] =>
  promqlGroups(system).flatMap((group) => {
    const servers = serversOf(system, group);
    if (servers.length === 0 || !servers.every(isSeenWhole)) return [];
    // A name that makes Prometheus refuse the file is a fault of its own.
    return group.rules.filter(({ kind, name }) => kind === 'record' && !/^\s*$|[{}]/.test(name));
  });

/** Leaves out those whose name stands anywhere else: in a variable's query, a template, a script, or a page. */
function withoutMentioned(rules: readonly Rule[], system: System): Rule[] {
  if (rules.length === 0) return [];
  const names = rules.map(({ name }) => name);
  const wanted = {
    plain: names.filter((name) => !COLON.test(name)),
    withColon: new Set(names.filter((name) => COLON.test(name))),
  };
  const tests = new Set(system.ruleTests.map(({ file }) => file.path));
  const { repo } = system.files;
  /** The files that mention each name. */
  const files = new Map<string, Set<string>>();
  for (const path of repo.paths) {
    const source = tests.has(path) ? undefined : repo.text(path);
    if (source === undefined || !isReadable(source)) continue;
    for (const name of namesIn(source.text, wanted))
      files.set(name, (files.get(name) ?? new Set()).add(path));
  }
  const inTemplates = new Set(templatedTexts(system).flatMap(({ text }) => [...namesIn(text, wanted)]));
  return rules.filter(({ name, group, node }) => {
    const own = new Set([group.file.path, node.doc.source.path]);
    return !inTemplates.has(name) && [...(files.get(name) ?? [])].every((path) => own.has(path));
  });
}

/** Longer than any name of a metric, in UTF-16 units. */
const LONGEST_NAME = 300;

/** Most recorded names hold a colon that a letter follows, as little else does. */
const COLON = /:[A-Za-z_]/;

interface Wanted {
  readonly plain: readonly string[];
  readonly withColon: ReadonlySet<string>;
}

/** Which of some names stand in a text. */
function namesIn(text: string, { plain, withColon }: Wanted): Set<string> {
  const found = new Set<string>(plain.filter((name) => text.includes(name)));
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    if (!isLetter(text.charCodeAt(at + 1))) continue;
    const before = text.slice(Math.max(0, at - LONGEST_NAME), at);
    const start = at - (/[\w:]*$/.exec(before)?.[0].length ?? 0);
    const word = /^[\w:]*/.exec(text.slice(start, at + LONGEST_NAME))?.[0] ?? '';
    if (withColon.has(word)) found.add(word);
    at = Math.max(at, start + word.length - 1);
  }
  return found;
}

/** Whether a character is one that a name may begin with. */
const isLetter = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
