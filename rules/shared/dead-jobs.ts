import { onceOf } from '../../src/once.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { matcherTakes } from '../../src/promql/matcher.ts';
import { type Expr, inner, type Matcher, type Selector } from '../../src/promql/tree.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { jobLabels } from '../../src/stack/jobs.ts';
import type { Prometheus } from '../../src/stack/prometheus.ts';
import type { Rule } from '../../src/stack/rules.ts';
import type { Stack, System } from '../../src/stack/system.ts';
import { alertOf, type TreeUsage, treesOf } from '../../src/stack/usages.ts';

/** An alert on a job that its Prometheus does not scrape. */
export interface DeadAlert {
  readonly usage: TreeUsage;
  readonly alert: Rule;
  readonly stack: Stack;
  readonly prometheus: Prometheus;
  readonly selector: Selector;
  readonly matcher: Matcher;
  readonly jobs: readonly string[];
  /** Whether the alert asks for the absence of what it selects. */
  readonly isAsked: boolean;
}

/** Every alert on a job that is never scraped, by the first selector that asks for one. */
export const deadAlerts: (system: System) => readonly DeadAlert[] = onceOf((system) =>
  treesOf(system).flatMap((usage) => deadAlert(usage, system) ?? []),
);

/** The jobs of all of some servers, in order; undefined where one may have others. */
const jobsOf = onceOf((servers: TreeUsage['servers']): { known: readonly string[] | undefined } => {
  const known = servers.map(({ prometheus, stack }) => jobLabels(stack, prometheus));
  const jobs = known.flatMap((labels) => [...(labels ?? [])]);
  return { known: known.includes(undefined) ? undefined : [...new Set(jobs)].sort() };
});

function deadAlert(usage: TreeUsage, system: System): DeadAlert | undefined {
  const alert = alertOf(usage);
  const [server] = usage.servers;
  if (alert === undefined || server === undefined) return undefined;
  const jobs = jobsOf(usage.servers).known;
  if (jobs === undefined) return undefined;
  const { recordings } = inferencesOf(system, usage);
  const dead = selectorsOf(usage).flatMap(({ selector, isAsked }) => {
    // What a rule records has the job that the rule leaves it.
    if (selector.name === undefined || recordings(selector.name).length > 0) return [];
    const matcher = deadMatcher(selector, jobs);
    return matcher ? [{ usage, alert, ...server, selector, matcher, jobs, isAsked }] : [];
  });
  return dead.find(({ isAsked }) => isAsked) ?? dead[0];
}

function deadMatcher({ matchers }: Selector, jobs: readonly string[]): Matcher | undefined {
  const own = matchers.filter(({ label, value }) => label === 'job' && !isVariable(value));
  // Series without a job are none that are scraped.
  const candidates = [...jobs, ''];
  return own.length > 0 && !candidates.some((job) => own.every((matcher) => matcherTakes(matcher, job)))
    ? own[0]
    : undefined;
}

/** The selectors that an alert's results come from; not what it only excludes. */
function selectorsOf({ tree }: TreeUsage): { selector: Selector; isAsked: boolean }[] {
  const walk = (expr: Expr, isAsked: boolean): { selector: Selector; isAsked: boolean }[] => {
    if (expr.kind === 'selector') return [{ selector: expr, isAsked }];
    if (expr.kind === 'binary' && expr.op === 'unless') return walk(expr.left, isAsked);
    const asks = expr.kind === 'call' && (expr.func === 'absent' || expr.func === 'absent_over_time');
    return inner(expr).flatMap((part) => walk(part, isAsked || asks));
  };
  return walk(tree, false);
}
