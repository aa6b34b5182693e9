import { defineRule } from '../../src/lint/rule.ts';
import { bare, COMPARISONS, type Expr, inner, SET_OPERATORS, walk } from '../../src/promql/tree.ts';
import { child, exists } from '../../src/repo/node.ts';
import { typeByName } from '../../src/stack/knowledge/metric-types.ts';
import { alertOf, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'alerts/missing-for',
  severity: 'warning',
  peers: ['pint alerts/absent'],
  summary: 'An alert without `for` over something that is often wrong for a moment.',
  why: `A single scrape that fails, a deployment, or a restart of Prometheus itself, after which nothing has been
scraped yet, is enough to fire the alert and to wake somebody for nothing. Who is woken for nothing three times
does not look the fourth time.`,
  fix: `Add a \`for\` of a few scrape intervals, such as \`for: 2m\`; \`for: 0s\` says that it is meant.`,
  bad: {
    files: { 'alerts.yml': alertFile('up{job="api"} == 0').replace('        for: 5m\n', '') },
    at: ['alerts.yml:4:16'],
  },
  good: { files: { 'alerts.yml': alertFile('up{job="api"} == 0') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const alert = alertOf(usage);
      if (
        alert === undefined ||
        exists(child(alert.node, 'for')) ||
        exists(child(alert.node, 'keep_firing_for'))
      )
        continue;
      const why = jumpy(usage.tree);
      if (why === undefined) continue;
      report({
        at: { node: child(alert.node, 'alert') },
        message: `the alert "${alert.name}" fires at the first evaluation: it has no "for", and ${why}`,
        help: 'add a "for" of a few scrape intervals, such as "for: 2m", or "for: 0s" if it is meant',
      });
    }
  },
});

/** Why a condition is often true for a moment; undefined where it is not known to be. */
function jumpy(expr: Expr): string | undefined {
  const inside = bare(expr);
  if (inside.kind === 'call' && inside.func === 'absent')
    return '"absent" is true for a moment after each restart of Prometheus';
  if (inside.kind === 'binary' && COMPARISONS.has(inside.op))
    return jumpyValue(inside.left) ?? jumpyValue(inside.right);
  if (inside.kind === 'binary' && SET_OPERATORS.has(inside.op)) {
    // Both sides of an `and` must be true: the calmer one decides.
    const [left, right] = [jumpy(inside.left), jumpy(inside.right)];
    return inside.op === 'and' ? left && right : (left ?? (inside.op === 'or' ? right : undefined));
  }
  return inside.kind === 'aggregation' || inside.kind === 'call'
    ? inner(inside)
        .map(jumpy)
        .find((why) => why !== undefined)
    : undefined;
}

function jumpyValue(expr: Expr): string | undefined {
  const parts = walk(expr);
  if (parts.some((part) => part.kind === 'call' && (part.func === 'irate' || part.func === 'idelta')))
    return '"irate" looks at two samples only';
  // What looks back over a range, or at a time, is calm by itself.
  if (
    parts.some(
      (part) =>
        part.kind === 'matrix' || part.kind === 'subquery' || (part.kind === 'call' && part.func === 'time'),
    )
  )
    return undefined;
  const selectors = parts.filter((part) => part.kind === 'selector');
  // An exporter's own `mysql_up` falls with what it asks; the state of a disk or an interface does not.
  const up = selectors.find(
    ({ name }) => name !== undefined && /^(?:[a-z0-9]+_)?up$|^probe_success$/.test(name),
  );
  if (up !== undefined) return `one scrape that fails makes "${up.name}" 0`;
  if (selectors.some(({ name }) => name?.endsWith('_up'))) return undefined;
  const gauges = selectors.filter(
    ({ name }) => name !== undefined && typeByName(name) === 'gauge' && !name.endsWith('_info'),
  );
  return gauges.length > 0 && gauges.length === selectors.length
    ? `"${gauges[0]?.name}" rises and falls from scrape to scrape`
    : undefined;
}
