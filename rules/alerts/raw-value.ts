import { defineRule } from '../../src/lint/rule.ts';
import { templateUses } from '../../src/promql/template-uses.ts';
import { type Expr, inner } from '../../src/promql/tree.ts';
import { within } from '../../src/repo/node.ts';
import { templatedTexts } from '../../src/stack/alert-texts.ts';
import { promql } from '../../src/stack/expression.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { alertOf, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

const alert = (value: string): string =>
  alertFile('rate(http_errors_total[5m]) > 0.1').replace(
    'Something is wrong',
    `"{{ ${value} }} errors a second"`,
  );

export const rule = defineRule({
  id: 'alerts/raw-value',
  severity: 'notice',
  preset: 'strict',
  peers: ['pint alerts/template'],
  summary: 'A computed value that is printed with all of its digits.',
  why: `A rate or a ratio has up to seventeen digits: "0.13333333333333333 errors a second". Whoever reads the
notification on a phone has to count zeros.`,
  fix: `Format it: \`{{ $value | humanize }}\`, \`humanizePercentage\`, \`humanizeDuration\` or \`printf "%.2f"\`.`,
  bad: { files: { 'alerts.yml': alert('$value') }, at: ['alerts.yml:10:24'] },
  good: { files: { 'alerts.yml': alert('$value | humanize') } },
  check({ system, report }) {
    const computed = new Set<Rule>();
    for (const usage of treesOf(system)) {
      const own = alertOf(usage);
      if (own === undefined) continue;
      const { recordings } = inferencesOf(system, usage);
      if (isComputed(usage.tree, recordings)) computed.add(own);
    }
    for (const { alert: own, kind, name, text, node } of templatedTexts(system)) {
      const raw =
        kind === 'annotation' && computed.has(own) && templateUses(text).values.find(({ isRaw }) => isRaw);
      if (!raw) continue;
      report({
        at: within(node, raw.span),
        message: `the annotation "${name}" of the alert "${own.name}" prints a computed value with all of its digits`,
        help: 'format it, as in "{{ $value | humanize }}"',
      });
    }
  },
});

const FRACTIONS: ReadonlySet<string> = new Set([
  'rate',
  'irate',
  'deriv',
  'histogram_quantile',
  'avg_over_time',
]);

/** Whether an expression's value is a rate, a ratio or a mean, or is recorded as one. */
function isComputed(
  expr: Expr,
  recordings: (name: string) => readonly Rule[],
  seen: readonly string[] = [],
): boolean {
  const isSo = (part: Expr): boolean => isComputed(part, recordings, seen);
  if (expr.kind === 'selector') {
    const { name } = expr;
    if (name === undefined || seen.includes(name)) return false;
    return recordings(name).some((recording) => {
      const tree = recording.expr && promql(recording.expr).query.tree;
      return tree !== undefined && isComputed(tree, recordings, [...seen, name]);
    });
  }
  if (expr.kind === 'call') {
    if (FRACTIONS.has(expr.func)) return true;
    if (['round', 'floor', 'ceil', 'absent', 'count_over_time'].includes(expr.func)) return false;
  }
  if (expr.kind === 'aggregation' && (expr.op === 'count' || expr.op === 'group')) return false;
  if (expr.kind === 'binary') {
    if (expr.op === '/') return true;
    // The value is that of the left side; the right side is a limit, or only chooses.
    if (!['+', '-', '*', 'or'].includes(expr.op)) return isSo(expr.left);
  }
  return inner(expr).some(isSo);
}
