import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { onceOf } from '../../src/once.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { matcherTakes } from '../../src/promql/matcher.ts';
import { type Expr, inner, type Matcher, type Selector } from '../../src/promql/tree.ts';
import { keyOf, type Place } from '../../src/repo/node.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { jobLabels } from '../../src/stack/jobs.ts';
import type { Prometheus } from '../../src/stack/prometheus.ts';
import type { Rule } from '../../src/stack/rules.ts';
import type { System } from '../../src/stack/system.ts';
import { alertOf, type TreeUsage, treesOf } from '../../src/stack/usages.ts';
import { counted, listed, nearest } from '../../src/words.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'alerts/dead-job',
  severity: 'warning',
  peers: ['pint promql/series'],
  summary: 'An alert on a job that is never scraped.',
  why: `No scrape job of the Prometheus that loads the alert gives its series this \`job\`, and nothing pushes series to
it. The alert selects nothing, now and always: it shows as healthy, and can never fire. An \`absent\` of such a
job fires for ever.`,
  fix: `Select the job by the name that it has in \`scrape_configs\`, or scrape what the alert is for.`,
  bad: {
    files: { ...STACK, 'alerts.yml': alertFile('up{job="apii"} == 0') },
    at: ['alerts.yml:5:18'],
  },
  good: { files: { ...STACK, 'alerts.yml': alertFile('up{job="api"} == 0') } },
  check({ system, report }) {
    const found = new Map<string, Dead[]>();
    for (const usage of treesOf(system)) {
      const dead = deadSelector(usage, system);
      if (dead === undefined) continue;
      const key = [
        usage.expression.node.doc.source.path,
        dead.matcher.op,
        dead.matcher.value,
        dead.isAsked,
      ].join('\0');
      append(found, key, dead);
    }
    // Alerts of one file that ask for the same job have one cause.
    for (const [first, ...others] of found.values()) {
      if (first === undefined) continue;
      const { usage, alert, matcher, jobs, isAsked, prometheus } = first;
      const close = matcher.op === '=' ? nearest(matcher.value, jobs) : undefined;
      const more = others.length === 0 ? '' : ` and ${counted(others.length, 'more', 'more')}`;
      const fate = !isAsked ? 'can never fire on it' : others.length === 0 ? 'always fires' : 'always fire';
      report({
        at: usage.at(matcher.span),
        message: `"${prometheus.name}" scrapes no job that fulfils ${matcher.label}${matcher.op}"${matcher.value}", so the alert "${alert.name}"${more} ${fate}`,
        help: close
          ? `did you mean "${close}"?`
          : `its jobs are ${listed(jobs.slice(0, 8).map((job) => `"${job}"`))}`,
        related: others.slice(0, 4).map((other) => ({
          at: other.usage.at(other.matcher.span),
          message: `the alert "${other.alert.name}"`,
        })),
        followsFrom: servicesLike(system, matcher.value),
      });
    }
  },
});

/** The services that a job of such a name would scrape: one that no job scrapes may be the cause. */
const servicesLike = (system: System, job: string): Place[] =>
  system.stacks.flatMap(({ containers }) =>
    containers
      .filter(({ service: { name } }) => name.includes(job) || job.includes(name))
      .map(({ service }) => keyOf(service.node)),
  );

interface Dead {
  readonly usage: TreeUsage;
  readonly alert: Rule;
  readonly prometheus: Prometheus;
  readonly matcher: Matcher;
  readonly jobs: readonly string[];
  /** Whether the alert asks for the absence of what it selects. */
  readonly isAsked: boolean;
}

/** The jobs of all of some servers, in order; undefined where one may have others. */
const jobsOf = onceOf((servers: TreeUsage['servers']): { known: readonly string[] | undefined } => {
  const known = servers.map(({ prometheus, stack }) => jobLabels(stack, prometheus));
  const jobs = known.flatMap((labels) => [...(labels ?? [])]);
  return { known: known.includes(undefined) ? undefined : [...new Set(jobs)].sort() };
});

function deadSelector(usage: TreeUsage, system: System): Dead | undefined {
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
    return matcher ? [{ usage, alert, prometheus: server.prometheus, matcher, jobs, isAsked }] : [];
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
