import { defineRule } from '../../src/lint/rule.ts';
import { type Cause, conditionality } from '../../src/promql/condition.ts';
import type { Expr } from '../../src/promql/tree.ts';
import { constantOf } from '../../src/promql/types.ts';
import type { Span } from '../../src/repo/text.ts';
import { promql } from '../../src/stack/expression.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { alertOf, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'alerts/no-comparison',
  severity: 'error',
  peers: ['pint alerts/comparison'],
  summary: 'An alert that fires whenever its series exist.',
  why: `Each result of an alert's expression is a firing alert, whatever its value is: 0 too. Without a condition the
alert fires from the first scrape on and never stops, and whoever gets it learns to ignore it.`,
  fix: `Compare the value: \`x > 0\`. A comparison with \`bool\` returns 0 or 1, and both fire: leave the \`bool\` out.`,
  bad: {
    files: { 'alerts.yml': alertFile('increase(http_errors_total[10m])') },
    at: ['alerts.yml:5:15'],
  },
  good: { files: { 'alerts.yml': alertFile('increase(http_errors_total[10m]) > 10') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const alert = alertOf(usage);
      if (alert === undefined) continue;
      const { certain, recordings } = inferencesOf(system, usage);
      const recorded = (name: string): readonly Expr[] =>
        recordings(name).flatMap(({ expr }) => (expr && promql(expr).query.tree) ?? []);
      const answer = conditionality(usage.tree, certain, recorded);
      if (answer.kind !== 'always' || certain(usage.tree).isEmpty) continue;
      const { because } = answer;
      report({
        at: usage.at(placeOf(because, usage.tree)),
        message: `the alert "${alert.name}" ${words(because)}`,
        help:
          because.what === 'bool'
            ? 'leave out "bool"'
            : because.what === 'or'
              ? 'compare the whole, in parentheses, with a number'
              : 'say from which value on it is to fire, such as "> 0"',
      });
    }
  },
});

const placeOf = (cause: Cause, tree: Expr): Span =>
  cause.what === 'no comparison'
    ? tree.span
    : cause.what === 'or'
      ? cause.alternative.span
      : cause.comparison.opSpan;

function words(cause: Cause): string {
  switch (cause.what) {
    case 'no comparison':
      return 'compares its value with nothing, so it fires as long as its series exist';
    case 'or':
      return 'always fires: what follows "or" is always there, whatever its value is';
    case 'bool':
      return `fires as long as its series exist: with "bool", "${cause.comparison.op}" returns 0 where it does not hold`;
    case 'true': {
      const { op, left, right } = cause.comparison;
      return `fires as long as its series exist: "${op} ${constantOf(right) ?? constantOf(left) ?? '…'}" holds for every value`;
    }
  }
}
