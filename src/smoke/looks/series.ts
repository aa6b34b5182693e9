import type { SmokeConfig } from '../../config/config.ts';
import { isVariable } from '../../promql/grafana.ts';
import { selects } from '../../promql/labels.ts';
import { type Expr, inner, type Selector } from '../../promql/tree.ts';
import { anyExposes, SYNTHETIC } from '../../stack/metrics.ts';
import type { Prometheus, ScrapeJob } from '../../stack/prometheus.ts';
import { containersAt } from '../../stack/system.ts';
import { subjectOf, type TreeUsage, treesOf } from '../../stack/usages.ts';
import { counted } from '../../words.ts';
import { ask } from '../http.lazy.ts';
import { at, list, text } from '../json.ts';
import type { SeriesLook } from '../outcome.ts';
import { type Judgement, judgement, type LookFault, type Scene } from './look.ts';
import type { AskedPrometheus } from './prometheus.ts';
import { silentJobs, type TargetsSeen } from './targets.ts';

/** A selector of the repository's, as it is asked for. */
export interface AskedSelector {
  readonly usage: TreeUsage;
  readonly selector: Selector;
  /** Without the matchers that hold a variable of Grafana's. */
  readonly text: string;
  readonly asked: AskedPrometheus;
}

/** Series that Prometheus makes itself, and only while an alert is pending or fires. */
const OF_ALERTS = new Set(['ALERTS', 'ALERTS_FOR_STATE']);

/** Every selector of the alerts, recording rules and panels that a Prometheus of the boot evaluates. */
export function selectorsAsked(scene: Scene, prometheuses: readonly AskedPrometheus[]): AskedSelector[] {
  return treesOf(scene.system).flatMap((usage) => {
    const asked = prometheuses.find(({ prometheus }) =>
      usage.servers.some((server) => server.prometheus === prometheus),
    );
    if (asked === undefined) return [];
    return usage.query.selectors.flatMap((selector) => {
      const written = plainSelector(selector);
      return written === undefined ? [] : [{ usage, selector, text: written, asked }];
    });
  });
}

/** A selector without the matchers that hold a variable; undefined where nothing is left to ask for. */
export function plainSelector({ name, matchers }: Selector): string | undefined {
  const known = matchers.filter(({ label, value }) => !isVariable(label) && !isVariable(value));
  const isNamed = name !== undefined && !isVariable(name);
  const rest = known.filter(({ label }) => !(isNamed && label === '__name__'));
  const isBounded = isNamed || rest.some(({ op, value }) => op === '=' && value !== '');
  if (!isBounded) return undefined;
  const isPlain = isNamed && /^[A-Za-z_:][\w:]*$/.test(name);
  const parts = [
    ...(isNamed && !isPlain ? [JSON.stringify(name)] : []),
    ...rest.map(
      ({ label, op, value }) =>
        `${/^[A-Za-z_]\w*$/.test(label) ? label : JSON.stringify(label)}${op}${JSON.stringify(value)}`,
    ),
  ];
  return `${isPlain ? name : ''}${parts.length > 0 ? `{${parts.join(', ')}}` : ''}`;
}

/** How many questions are asked at once. */
const AT_ONCE = 8;

/** Asks for each selector whether a series matches it now; those that could not be asked are left out. */
export async function askSeries(selectors: readonly AskedSelector[]): Promise<Map<string, boolean>> {
  const open = [...new Map(selectors.map((one) => [keyOf(one), one])).values()];
  const present = new Map<string, boolean>();
  const work = async (): Promise<void> => {
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const answer = await ask(`${next.asked.url}/api/v1/query`, { form: { query: `count(${next.text})` } });
      if (text(at(answer?.json, 'status')) === 'success')
        present.set(keyOf(next), list(at(answer?.json, 'data', 'result')).length > 0);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return present;
}

export const keyOf = ({ asked, text: written }: AskedSelector): string => `${asked.url} ${written}`;

export interface SeriesJudgement extends Judgement {
  readonly series: readonly SeriesLook[];
}

/**
 * Judges which selectors match nothing. What may only be missing because a target is down or was not
 * booted, because the rule that records it has nothing to record, because it need not be there, or
 * because the configuration says that it needs traffic, is in the list and is not found fault with.
 */
export function judgeSeries(
  scene: Scene,
  selectors: readonly AskedSelector[],
  present: ReadonlyMap<string, boolean>,
  targets: readonly TargetsSeen[],
  config: SmokeConfig,
): SeriesJudgement | undefined {
  const known = selectors.filter((one) => present.has(keyOf(one)));
  if (known.length === 0) return undefined;
  const isPresent = (one: AskedSelector): boolean => present.get(keyOf(one)) === true;
  const absent = known.filter((one) => !isPresent(one));
  const missed = absent.filter(
    (one) =>
      !isOptional(one, config) &&
      !needNotBe(one, known.filter(({ usage }) => usage === one.usage).filter(isPresent)),
  );
  const reasons = new Map(missed.map((one) => [one, whySilent(scene, one, absent, targets)]));
  const hurt = missed.filter((one) => reasons.get(one) === undefined);
  const count = new Set(known.map(keyOf)).size;
  const there = new Set(known.filter(isPresent).map(keyOf)).size;
  const isWell = missed.every((one) => reasons.get(one) === 'not-booted');
  return {
    ...judgement(
      'series',
      isWell,
      `${there} of ${counted(count, 'selector')} match a series`,
      scene.isFinal ? hurt.map((one) => faultOf(one)) : [],
      hurt.length === 0,
    ),
    series: known.map((one) => ({
      selector: one.text,
      place: one.usage.at(one.selector.span),
      isPresent: isPresent(one),
    })),
  };
}

function isOptional({ selector, text: written }: AskedSelector, { optionalSeries }: SmokeConfig): boolean {
  if (optionalSeries === 'all' || OF_ALERTS.has(selector.name ?? '')) return true;
  return optionalSeries.some((text) => text === selector.name || text === written);
}

/** Whether an expression works without a selector: on the right of `unless`, and beside an `or` that has something. */
function needNotBe({ usage, selector }: AskedSelector, present: readonly AskedSelector[]): boolean {
  const holds = (expr: Expr, wanted: Selector): boolean =>
    expr.span.start <= wanted.span.start && wanted.span.end <= expr.span.end;
  const open: Expr[] = [usage.tree];
  for (let expr = open.pop(); expr !== undefined; expr = open.pop()) {
    if (!holds(expr, selector)) continue;
    if (expr.kind === 'binary') {
      const isRight = holds(expr.right, selector);
      if (expr.op === 'unless' && isRight) return true;
      const other = isRight ? expr.left : expr.right;
      if (expr.op === 'or' && (present.some((one) => holds(other, one.selector)) || other.kind === 'call'))
        return true;
    }
    if (expr.kind === 'call' && (expr.func === 'absent' || expr.func === 'absent_over_time')) {
      // An alert on something that must never be there is quiet as it should be only where it is there.
      open.push(...expr.args);
      continue;
    }
    open.push(...inner(expr));
  }
  return false;
}

/**
 * Why the absence of series says nothing by itself: they may come from a target that brings nothing in this
 * boot, or what records them has nothing to record, which is found there.
 */
type Silence = 'sick' | 'not-booted' | 'follows';

/** Recording rules that build on one another this deep are in a circle, or as good as. */
const DEEPEST = 16;

function whySilent(
  scene: Scene,
  { selector, asked }: AskedSelector,
  absent: readonly AskedSelector[],
  targets: readonly TargetsSeen[],
  depth = 0,
): Silence | undefined {
  const { prometheus } = asked;
  const isRecorded = prometheus.groups.some((group) =>
    group.rules.some((rule) => rule.kind === 'record' && rule.name === selector.name),
  );
  if (isRecorded) {
    const causes = absent.filter(
      ({ usage: { by } }) =>
        by.kind === 'rule' && by.rule.kind === 'record' && by.rule.name === selector.name,
    );
    if (causes.length === 0 || depth > DEEPEST) return undefined;
    const reasons = causes.map((cause) => whySilent(scene, cause, absent, targets, depth + 1));
    return reasons.every((reason) => reason === 'not-booted') ? 'not-booted' : 'follows';
  }
  const seen = targets.find((one) => one.asked.prometheus === prometheus);
  if (seen === undefined || prometheus.receivesSeries || prometheus.relayed.length > 0) return 'not-booted';
  const reasons = [...silentJobs(scene, seen)]
    .filter(([job]) => couldBring(scene, prometheus, job, selector))
    .map(([, why]) => why);
  return reasons.includes('sick') ? 'sick' : reasons[0];
}

function couldBring(scene: Scene, prometheus: Prometheus, job: ScrapeJob, selector: Selector): boolean {
  const { name } = selector;
  const others = { ...selector, matchers: selector.matchers.filter(({ label }) => label !== '__name__') };
  if (job.targets.length === 0 || job.isOpen) return true;
  return job.targets.some((target) => {
    // A scraped series may have any label that its target has not.
    if (selects(others, { ...target.labels, isClosed: false }) === 'no' && !job.honorsLabels) return false;
    if (name === undefined || SYNTHETIC.has(name)) return true;
    const containers = containersAt(scene.stack, target.address, prometheus.container);
    return (
      containers.length === 0 ||
      containers.some((container) => anyExposes(scene.system.sourcesOf(container), name) !== 'no')
    );
  });
}

function faultOf({ usage, selector, text: written }: AskedSelector): LookFault {
  return {
    kind: 'series-absent',
    isSeenWithout: true,
    at: usage.at(selector.span),
    message: `no series matches \`${written}\` in the stack as it runs: ${lossOf(usage)}`,
    help: 'see what the target serves and what relabelling keeps; where it needs traffic, list it in smoke.series.optional',
  };
}

function lossOf(usage: TreeUsage): string {
  const subject = subjectOf(usage);
  switch (usage.by.kind) {
    case 'panel':
      return `${subject} shows nothing`;
    case 'annotation':
      return 'an annotation query marks nothing';
    case 'managed':
      return `${subject} cannot fire as meant`;
    case 'rule':
      return usage.by.rule.kind === 'alert'
        ? `${subject} cannot fire as meant`
        : `${subject} records nothing`;
  }
}
