import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { promql } from '../../src/stack/expression.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { promqlGroups, serversOf } from '../../src/stack/usages.ts';
import { recordingFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'recording/cycle',
  severity: 'error',
  summary: 'Recording rules that are made of one another.',
  why: `Each rule waits for the other's result: none of them ever has one, and what is built on them, alerts too, never
returns anything.`,
  fix: `Make one of them of metrics that are scraped.`,
  bad: {
    files: {
      'rules.yml': recordingFile({
        'job:http_requests:rate5m': 'job:http_errors:rate5m / job:http_errors:ratio5m',
        'job:http_errors:ratio5m': 'job:http_errors:rate5m / job:http_requests:rate5m',
      }),
    },
    at: ['rules.yml:4:17'],
  },
  good: {
    files: {
      'rules.yml': recordingFile({
        'job:http_requests:rate5m': 'sum by (job) (rate(http_requests_total[5m]))',
        'job:http_errors:ratio5m': 'job:http_errors:rate5m / job:http_requests:rate5m',
      }),
    },
  },
  check({ system, report }) {
    const said = new Set<string>();
    for (const group of promqlGroups(system)) {
      const { recordings } = inferencesOf(system, { servers: serversOf(system, group) });
      for (const recording of group.rules) {
        if (recording.kind !== 'record') continue;
        const cycle = cycleFrom(recording, recordings);
        if (cycle === undefined || cycle.some(({ name }) => said.has(name))) continue;
        for (const { name } of cycle) said.add(name);
        const names = [...cycle, recording].map(({ name }) => `"${name}"`);
        report({
          at: { node: child(recording.node, 'record') },
          message:
            cycle.length === 1
              ? `"${recording.name}" is made of itself, so it never has a first value`
              : `these rules are made of one another, so none ever has a first value: ${names.join(' needs ')}`,
          help: 'make one of them of metrics that are scraped',
          related: cycle
            .slice(1)
            .map((other) => ({ at: { node: child(other.node, 'record') }, message: 'part of the cycle' })),
        });
      }
    }
  },
});

/** The rules through which a rule depends on itself; undefined where it does not, or can begin without. */
function cycleFrom(start: Rule, recordings: (name: string) => readonly Rule[]): Rule[] | undefined {
  const visit = (rule: Rule, way: readonly Rule[]): Rule[] | undefined => {
    for (const name of neededNames(rule)) {
      const rules = recordings(name);
      // Of several rules for a name, another one may give it a value.
      const [next] = rules;
      if (next === undefined || rules.length > 1) continue;
      if (next.name === start.name) return [...way];
      if (way.some((other) => other.name === next.name)) continue;
      const found = visit(next, [...way, next]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return recordings(start.name).length > 1 ? undefined : visit(start, [start]);
}

/** The metrics without which a rule has no result; none where an `or`, `unless` or `absent` lets it do without. */
function neededNames({ expr }: Rule): string[] {
  const { tree, selectors } = expr ? promql(expr).query : { tree: undefined, selectors: [] };
  if (tree === undefined || /\b(?:or|unless|absent|absent_over_time)\b/i.test(expr?.text ?? '')) return [];
  return selectors.flatMap(({ name }) => name ?? []);
}
