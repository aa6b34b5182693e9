import { append } from '../multimap.ts';
import { onceEach, onceOf } from '../once.ts';
import { isVariable } from '../promql/grafana.ts';
import { type Labels, labelValue, overlap, selects } from '../promql/labels.ts';
import type { Expr, Selector } from '../promql/tree.ts';
import { inner } from '../promql/tree.ts';
import { every, some, type Tri } from '../promql/tri.ts';
import { type Expression, promql } from '../stack/expression.ts';
import { IMAGE_METRICS } from '../stack/knowledge/images.ts';
import { anyExposes, exposes, nameMatches, SYNTHETIC } from '../stack/metrics.ts';
import { type Prometheus, parseAddress } from '../stack/prometheus.ts';
import { relabel } from '../stack/relabel.ts';
import type { Rule } from '../stack/rules.ts';
import type { System } from '../stack/system.ts';
import type { CriticalPath, Member } from './paths.ts';

/** Whether expressions can see the series of what is scraped, through relabelling and recording rules. */
export interface Reach {
  /** Whether a selector can select a series of a member. */
  selector(selector: Selector, member: Member): Tri;
  /** The members that a selector may select, by its name and the job that it asks for: no other one has any of it. */
  candidates(selector: Selector): readonly Member[];
  /** Whether a member exposes a metric, as far as what runs there is known. */
  exposes(name: string, member: Member): Tri;
  /** Whether an expression's result depends on a series of a path. */
  expression(expression: Expression, path: CriticalPath): Tri;
  /**
   * Those of many things with expressions that may have to do with a path, in their order: of many paths and
   * many expressions, nearly all have nothing to do with one another. A list is looked through once.
   */
  among<Item extends { readonly expressions: readonly Expression[] }>(
    items: readonly Item[],
    path: CriticalPath,
  ): Item[];
}

/** Prepares the question for one Prometheus and all of its members. */
export function reachOf(system: System, prometheus: Prometheus, members: readonly Member[]): Reach {
  const recorded = new Map<string, Rule[]>();
  for (const rule of prometheus.groups.flatMap(({ rules }) => rules)) {
    if (rule.kind === 'record') append(recorded, rule.name, rule);
  }

  /** Whether the sources of some member show a metric for certain. */
  const isShown = onceEach((name: string): boolean =>
    members.some((member) => shows(system, member, name) === 'yes'),
  );

  const exposedBy = onceOf((member: Member) => onceEach((name: string) => workOutExposed(member, name)));
  const exposed = (member: Member, name: string): Tri => exposedBy(member)(name);
  const workOutExposed = (member: Member, name: string): Tri => {
    if (SYNTHETIC.has(name)) return 'yes';
    // What probes a target exposes what it finds, not the target.
    if (name.startsWith('probe_') && isAskedThrough(member)) return 'yes';
    const own = shows(system, member, name);
    if (own !== 'maybe') return own;
    // What one member shows for certain, another that shows nothing of it hardly exposes too.
    if (isShown(name)) return 'no';
    return belongsToAnImage(name) ? 'no' : 'maybe';
  };

  const ofSelector = (selector: Selector, member: Member, seen: ReadonlySet<string>): Tri => {
    const { name } = selector;
    const rules = name === undefined ? undefined : recorded.get(name);
    if (name !== undefined && rules !== undefined) {
      if (seen.has(name)) return 'no';
      return some(rules.map((rule) => ofRecording(rule, selector, member, new Set([...seen, name]))));
    }
    // Most members expose none of what is asked for: that is known before anything is worked out.
    const shown = name === undefined ? 'maybe' : exposed(member, name);
    if (shown === 'no') return 'no';
    const values = new Map(member.target.labels.values);
    if (name !== undefined) values.set('__name__', name);
    const series: Labels = { values, isClosed: false };
    // The scrape's own series have the target's labels, whatever honor_labels says of what is scraped.
    if (name !== undefined && SYNTHETIC.has(name)) return selects(selector, series);
    if (member.job.honorsLabels)
      for (const label of member.target.labels.values.keys()) values.set(label, undefined);
    const { labels, kept } = relabel(series, member.job.metricRelabels);
    return every([selects(selector, labels), kept, shown]);
  };

  /** A recorded series shows what its expression's selectors show; its matchers then choose among these. */
  const ofRecording = (rule: Rule, selector: Selector, member: Member, seen: ReadonlySet<string>): Tri => {
    if (rule.expr === undefined) return 'maybe';
    const narrowed = selector.matchers.filter(({ label }) => label === 'job' || label === 'instance');
    const target: Labels = { values: new Map(member.target.labels.values), isClosed: false };
    const chosen = selects({ ...selector, name: undefined, matchers: narrowed }, target);
    const { tree } = promql(rule.expr).query;
    const shown =
      tree === undefined ? 'maybe' : some(watched(tree).map((inside) => ofSelector(inside, member, seen)));
    return every([chosen, shown]);
  };

  const all: ReadonlySet<Member> = new Set(members);
  const byJob = onceEach(
    (job: string): ReadonlySet<Member> =>
      new Set(
        members.filter(({ target: { labels } }) => [undefined, job].includes(labelValue(labels, 'job'))),
      ),
  );
  const byName = new Map<string, ReadonlySet<Member>>();
  /** The members that a selector may select, by its name; by the job it asks for, where every member has the name. */
  const membersOf = ({ name, matchers }: Selector): ReadonlySet<Member> => {
    if (name === undefined) return all;
    if (!SYNTHETIC.has(name)) return membersWith(name);
    const job = matchers.find(({ label, op }) => label === 'job' && op === '=')?.value;
    return job === undefined || isVariable(job) ? all : byJob(job);
  };
  const membersWith = (name: string): ReadonlySet<Member> => {
    let found = byName.get(name);
    if (found === undefined) {
      const rules = recorded.get(name);
      // Rules that are made of one another are looked into one by one.
      byName.set(name, all);
      found =
        rules === undefined
          ? new Set(members.filter((member) => exposed(member, name) !== 'no'))
          : together(rules.map((rule) => membersBehind(rule.expr && promql(rule.expr).query.tree)));
      byName.set(name, found);
    }
    return found;
  };
  const behind = onceOf((tree: Expr) => together(watched(tree).map(membersOf)));
  /** The members that an expression may show, told without a look at its matchers. */
  const membersBehind = (tree: Expr | undefined): ReadonlySet<Member> =>
    tree === undefined ? all : behind(tree);

  /** The numbers of a list's items that may show each member. */
  const indexOf = onceOf((items: readonly { readonly expressions: readonly Expression[] }[]) => {
    const numbers = new Map<Member, number[]>();
    items.forEach(({ expressions }, number) => {
      const shown = together(expressions.map((expression) => membersBehind(promql(expression).query.tree)));
      for (const member of shown) append(numbers, member, number);
    });
    return numbers;
  });

  return {
    among(items, path) {
      if (path.members.length === 0) return [...items];
      const index = indexOf(items);
      const numbers = new Set(path.members.flatMap((member) => index.get(member) ?? []));
      return [...numbers].sort((a, b) => a - b).map((number) => items[number] as (typeof items)[number]);
    },
    candidates(selector) {
      const found = membersOf(selector);
      return members.filter((member) => found.has(member));
    },
    selector: (selector, member) => ofSelector(selector, member, new Set()),
    exposes: (name, member) => exposed(member, name),
    expression(expression, path) {
      const { tree } = promql(expression).query;
      // A query that cannot be read may show anything.
      if (tree === undefined) return 'maybe';
      return some(
        watched(tree).flatMap((selector) => {
          const declared = declaredOverlap(selector, path, recorded);
          return path.members.map((member) => every([declared, ofSelector(selector, member, new Set())]));
        }),
      );
    },
  };
}

/** The members of several sets; most often there is but one, which is not copied. */
function together(sets: readonly ReadonlySet<Member>[]): ReadonlySet<Member> {
  const [only] = sets;
  return only !== undefined && sets.length === 1 ? only : new Set(sets.flatMap((set) => [...set]));
}

/** Whether a metric's name is one that a well-known image exposes of its own subject. */
const belongsToAnImage = onceEach((name: string): boolean =>
  IMAGE_METRICS.some((pattern) => nameMatches(pattern, name)),
);

/** Whether a selector meets the series that a path declares; one that declares none is met by all. */
function declaredOverlap(
  selector: Selector,
  path: CriticalPath,
  recorded: ReadonlyMap<string, readonly Rule[]>,
): Tri {
  const wanted = path.series.flatMap(({ selectors }) => selectors);
  if (wanted.length === 0) return 'yes';
  const direct = some(wanted.map((series) => overlap(selector, series)));
  if (direct !== 'no' || selector.name === undefined) return direct;
  // A recording rule between them, or the synthetic series of the same target.
  if (SYNTHETIC.has(selector.name)) return 'yes';
  return some(
    (recorded.get(selector.name) ?? []).flatMap((rule): readonly Tri[] => {
      const tree = rule.expr && promql(rule.expr).query.tree;
      // What is recorded may be anything where that cannot be read.
      if (tree === undefined) return ['maybe'];
      return watched(tree).map((inside) => some(wanted.map((series) => overlap(inside, series))));
    }),
  );
}

/** Whether relabelling sends the scrape of a target to something else, which is told what to look at. */
const isAskedThrough = ({ target: { address, text } }: Member): boolean =>
  address !== undefined && parseAddress(text)?.host !== address.host;

function shows(system: System, { container }: Member, name: string): Tri {
  if (container === undefined) return 'maybe';
  const sources = system.sourcesOf(container);
  // An exporter whose metrics are all known exposes no other, whatever else stands in its image.
  if (container.facts?.metricsAreAll === true)
    return some(sources.filter(({ isComplete }) => isComplete).map((source) => exposes(source, name)));
  return anyExposes(sources, name);
}

/**
 * The selectors whose series an expression reports on: not those that only filter it, at the right of
 * `and` and `unless`.
 */
export const watched = onceOf((expr: Expr): readonly Selector[] => {
  if (expr.kind === 'selector') return [expr];
  if (expr.kind === 'binary' && (expr.op === 'and' || expr.op === 'unless')) {
    const left = watched(expr.left);
    return left.length > 0 || expr.op === 'unless' ? left : watched(expr.right);
  }
  return inner(expr).flatMap((one) => watched(one));
});
