import { scrapingOf } from '../../src/coverage/scraping.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, keyOf } from '../../src/repo/node.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import type { Prometheus } from '../../src/stack/prometheus.ts';
import { subjectOf, treesOf } from '../../src/stack/usages.ts';
import { nearest } from '../../src/words.ts';
import { ruleFileCauses } from '../shared/causes.ts';
import { alertFile, recordingFile, STACK } from '../shared/rule-examples.ts';

const RECORDED = recordingFile({ 'job:http_errors:rate5m': 'sum by (job) (rate(http_errors_total[5m]))' });

export const rule = defineRule({
  id: 'alerts/unknown-recording',
  severity: 'warning',
  peers: ['pint rule/dependency'],
  summary: 'A rule on a recorded metric that no loaded rule file records.',
  why: `A name with a colon is one that a recording rule makes. No rule file that this Prometheus loads has such a rule:
the expression is valid, selects nothing, and the alert never fires.`,
  fix: `Load the rule file that records it, or write the name as it is recorded.`,
  bad: {
    files: { ...STACK, 'alerts.yml': alertFile('job:http_errors:rate5m > 1'), 'recording.yml': RECORDED },
    at: ['alerts.yml:5:15'],
  },
  good: {
    files: {
      ...STACK,
      'docker-compose.yml': (STACK['docker-compose.yml'] ?? '').replace(
        '      - data:',
        '      - ./recording.yml:/etc/prometheus/recording.yml:ro\n      - data:',
      ),
      'prometheus.yml': (STACK['prometheus.yml'] ?? '').replace(
        '[alerts.yml]',
        '[alerts.yml, recording.yml]',
      ),
      'alerts.yml': alertFile('job:http_errors:rate5m > 1'),
      'recording.yml': RECORDED,
    },
  },
  check({ system, report }) {
    const recorded = system.ruleGroups.flatMap(({ rules }) => rules.filter(({ kind }) => kind === 'record'));
    const seen = new Set<string>();
    for (const usage of treesOf(system)) {
      const { by, servers } = usage;
      if (by.kind !== 'rule' || servers.length === 0) continue;
      if (!servers.every((server) => loadsAll(server.prometheus) && scrapingOf(system, server).isComplete))
        continue;
      const { recordings } = inferencesOf(system, usage);
      for (const { name, matchers, span } of usage.query.selectors) {
        if (name === undefined || !name.includes(':') || recordings(name).length > 0) continue;
        const key = `${by.rule.group.file.path}\0${JSON.stringify(by.rule.node.path)}\0${name}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const elsewhere = recorded.filter((rule) => rule.name === name);
        const [first] = elsewhere;
        const loaded = servers.flatMap(({ prometheus }) => prometheus.groups.flatMap(({ rules }) => rules));
        const close = nearest(
          name,
          loaded.filter(({ kind }) => kind === 'record').map((rule) => rule.name),
        );
        const prometheus = servers[0]?.prometheus.name;
        report({
          at: usage.at(matchers.find(({ label }) => label === '__name__')?.valueSpan ?? span),
          message: first
            ? `${subjectOf(usage)} selects nothing: "${name}" is recorded in ${first.group.file.path}, which "${prometheus}" does not load`
            : `${subjectOf(usage)} selects nothing: no rule that "${prometheus}" loads records "${name}"`,
          help: first
            ? `add ${first.group.file.path} to rule_files`
            : close
              ? `did you mean "${close}"?`
              : 'add a recording rule for it',
          related: first ? [{ at: { node: child(first.node, 'record') }, message: 'recorded here' }] : [],
          followsFrom: servers
            .flatMap((server) =>
              server.prometheus.config
                ? [
                    keyOf(child(server.prometheus.config, 'rule_files')),
                    ...ruleFileCauses(system, server.prometheus),
                  ]
                : [],
            )
            .concat(elsewhere.map(({ group }) => keyOf(child(group.file.node, 'groups')))),
        });
      }
    }
  },
});

/** Whether every rule file that a Prometheus loads is here. */
const loadsAll = ({ ruleFiles }: Prometheus): boolean =>
  ruleFiles.every(({ found, isComplete }) => found.length > 0 || isComplete);
