import { defineRule } from '../../src/lint/rule.ts';
import { mirrored } from '../../src/promql/labelsets.ts';
import { type Binary, bare, type Expr, type Selector } from '../../src/promql/tree.ts';
import { constantOf } from '../../src/promql/types.ts';
import { isQuiet } from '../../src/stack/severity.ts';
import { alertOf, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'alerts/inverted',
  severity: 'warning',
  summary: 'An alert that fires while its target is up.',
  why: `\`up\` is 1 as long as a scrape works, and 0 when it does not. An alert on \`up == 1\` fires from the first scrape on,
and resolves at the very moment at which somebody should be told.`,
  fix: 'Compare with 0: `up == 0`. An alert that is meant to fire always, as a sign of life, has the severity `none`.',
  bad: { files: { 'alerts.yml': alertFile('up{job="api"} == 1') }, at: ['alerts.yml:5:29'] },
  good: { files: { 'alerts.yml': alertFile('up{job="api"} == 0') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const alert = alertOf(usage);
      if (alert === undefined || isQuiet(alert.labels.get('severity')?.text ?? '')) continue;
      const found = whileUp(usage.tree);
      if (found === undefined) continue;
      const { comparison, selector } = found;
      report({
        at: usage.at(comparison.opSpan),
        message: `the alert "${alert.name}" fires as long as "${selector.name}" says that all is well, and is silent when it is 0`,
        help: 'compare with 0, as in "== 0"',
      });
    }
  },
});

/** Metrics that are 1 while what they speak of works: Prometheus's own, and those that exporters name after it. */
const UP = /^(?:[a-z0-9]+_)?up$|^probe_success$/;

/** A whole expression that holds for as long as a target is up. */
function whileUp(tree: Expr): { comparison: Binary; selector: Selector } | undefined {
  const comparison = bare(tree);
  if (comparison.kind !== 'binary' || comparison.bool !== undefined) return undefined;
  const { left, right, op } = comparison;
  const [value, limit, sign] =
    constantOf(right) === undefined ? [right, constantOf(left), mirrored(op)] : [left, constantOf(right), op];
  const selector = bare(value);
  if (selector.kind !== 'selector' || selector.name === undefined || !UP.test(selector.name))
    return undefined;
  const isUp =
    (limit === 1 && (sign === '==' || sign === '>=')) || (limit === 0 && (sign === '>' || sign === '!='));
  return isUp ? { comparison, selector } : undefined;
}
