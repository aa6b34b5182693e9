import { scrapingOf } from '../../src/coverage/scraping.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { type Labels, matcherMatches } from '../../src/promql/labels.ts';
import { type Expr, inner, type Matcher, type Selector } from '../../src/promql/tree.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { SYNTHETIC } from '../../src/stack/metrics.ts';
import type { System } from '../../src/stack/system.ts';
import { alertOf, type TreeUsage, treesOf } from '../../src/stack/usages.ts';
import { listed, nearest } from '../../src/words.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'alerts/vacuous',
  severity: 'error',
  summary: 'An alert that can only fire on targets that do not exist.',
  why: `The labels that a target gets from its job are all known, and no target has those that the alert asks for. The
alert selects nothing, now and always: it shows as healthy, and nobody is told when what it was written for
breaks.`,
  fix: `Ask for the labels as the targets have them: \`instance\` is the address as it stands in the configuration,
with its port.`,
  bad: {
    files: { ...STACK, 'alerts.yml': alertFile('up{job="api", instance="api"} == 0') },
    at: ['alerts.yml:5:29'],
  },
  good: { files: { ...STACK, 'alerts.yml': alertFile('up{job="api", instance="api:8000"} == 0') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const alert = alertOf(usage);
      if (alert === undefined || usage.servers.length === 0) continue;
      const { recordings } = inferencesOf(system, usage);
      const selectors = watchedOf(usage.tree);
      if (selectors.length === 0) continue;
      const dead = selectors.map((selector) =>
        selector.name === undefined || !SYNTHETIC.has(selector.name) || recordings(selector.name).length > 0
          ? undefined
          : deadMatcher(selector, usage, system),
      );
      // All that it watches is gone, not only one alternative.
      const [first] = dead;
      if (first === undefined || dead.some((one) => one === undefined)) continue;
      const { matcher, values } = first;
      const close = nearest(matcher.value, values);
      report({
        at: usage.at(matcher.span),
        message: `the alert "${alert.name}" can never fire: no target has ${matcher.label}${matcher.op}"${matcher.value}"`,
        help: close
          ? `did you mean "${close}"?`
          : `there ${values.length === 1 ? 'is' : 'are'} ${listed(values.slice(0, 6).map((value) => `"${value}"`))}`,
      });
    }
  },
});

/** The first matcher on a target's label that no target fulfils, where those before it leave some. */
function deadMatcher(
  selector: Selector,
  usage: TreeUsage,
  system: System,
): { matcher: Matcher; values: string[] } | undefined {
  const scrapings = usage.servers.map((server) => scrapingOf(system, server));
  if (scrapings.some(({ isComplete, members }) => !isComplete || members.length === 0)) return undefined;
  let targets: readonly Labels[] = scrapings.flatMap(({ members }) =>
    members.map(({ target }) => target.labels),
  );
  if (targets.some(({ isClosed }) => !isClosed)) return undefined;
  for (const matcher of selector.matchers) {
    if (matcher.label === '__name__' || isVariable(matcher.value)) continue;
    const left = targets.filter((labels) => matcherMatches(matcher, labels) !== 'no');
    if (left.length === 0) {
      // A job that is never scraped is a finding of its own.
      if (matcher.label === 'job' || matcher.op === '!=' || matcher.op === '!~') return undefined;
      const values = [...new Set(targets.flatMap(({ values }) => values.get(matcher.label) ?? []))];
      return values.length > 0 ? { matcher, values } : undefined;
    }
    targets = left;
  }
  return undefined;
}

/** The selectors whose series an alert fires on; none where something that is absent makes it fire. */
function watchedOf(expr: Expr): Selector[] {
  if (expr.kind === 'selector') return [expr];
  if (
    expr.kind === 'call' &&
    (expr.func === 'absent' || expr.func === 'absent_over_time' || expr.func === 'vector')
  )
    return [];
  if (expr.kind === 'binary' && (expr.op === 'unless' || expr.op === 'and')) return watchedOf(expr.left);
  return inner(expr).flatMap(watchedOf);
}
