import { append } from '../multimap.ts';
import { ANY, ANY_LABELS, type Domain, type LabelSet, oneOf, PRESENT } from '../promql/domain.ts';
import { isVariable } from '../promql/grafana.ts';
import { type Infer, inference, type RecordedSeries } from '../promql/labelsets.ts';
import { matcherTakes } from '../promql/matcher.ts';
import type { Selector } from '../promql/tree.ts';
import { isUnknown } from './compose/interpolate.ts';
import { promql } from './expression.ts';
import type { Prometheus } from './prometheus.ts';
import type { Rule, RuleGroup } from './rules.ts';
import type { System } from './system.ts';
import type { Usage } from './usages.ts';

/** What can be said of expressions' results beside the recording rules that are there. */
export interface Inferences {
  /** What is certain. */
  readonly certain: Infer;
  /** What holds unless somebody scrapes without `job` and `instance`, or groups by labels that are not there. */
  readonly likely: Infer;
  /** The rules that record a metric. */
  recordings(name: string): readonly Rule[];
}

const known = new WeakMap<System, Map<string, Inferences>>();
const byServers = new WeakMap<
  Usage['servers'],
  { readonly system: System; readonly inferences: Inferences }
>();

/** What is inferred of a usage's expression: with the recording rules that its Prometheus loads, or else all. */
export function inferencesOf(system: System, { servers }: Pick<Usage, 'servers'>): Inferences {
  const before = byServers.get(servers);
  if (before?.system === system) return before.inferences;
  const inferences = inferencesWith(system, servers);
  byServers.set(servers, { system, inferences });
  return inferences;
}

function inferencesWith(system: System, servers: Usage['servers']): Inferences {
  let contexts = known.get(system);
  if (contexts === undefined) {
    contexts = new Map();
    known.set(system, contexts);
  }
  const prometheuses = [...new Set(servers.map(({ prometheus }) => prometheus))];
  const all = system.stacks.flatMap((stack) => stack.prometheuses);
  const key = prometheuses.map((prometheus) => all.indexOf(prometheus)).join();
  let found = contexts.get(key);
  if (found === undefined) {
    const isPushed = prometheuses.some(({ receivesSeries }) => receivesSeries);
    found = inferencesFor(groupsOf(system, prometheuses), isPushed);
    contexts.set(key, found);
  }
  return found;
}

const groupsOf = (system: System, prometheuses: readonly Prometheus[]): readonly RuleGroup[] =>
  prometheuses.length === 0 ? system.ruleGroups : [...new Set(prometheuses.flatMap(({ groups }) => groups))];

function inferencesFor(groups: readonly RuleGroup[], isPushed: boolean): Inferences {
  const rules = new Map<string, Rule[]>();
  for (const rule of groups.flatMap((group) => group.rules))
    if (rule.kind === 'record') append(rules, rule.name, rule);
  const series = new Map<string, readonly RecordedSeries[]>();
  const recorded = (name: string): readonly RecordedSeries[] | undefined => {
    const found = rules.get(name);
    if (found === undefined) return undefined;
    let result = series.get(name);
    if (result === undefined) {
      result = found.map(recordedSeries);
      series.set(name, result);
    }
    return result;
  };
  return {
    certain: inference({ recorded, scraped: () => ANY_LABELS, trustsGrouping: false }),
    likely: inference({
      recorded,
      scraped: (selector) => (isPushed ? ANY_LABELS : scrapedLabels(selector)),
      trustsGrouping: true,
    }),
    recordings: (name) => rules.get(name) ?? [],
  };
}

/** Every target gives its series a job and an instance (Prometheus documentation, "Jobs and instances"). */
const SCRAPED: LabelSet = {
  known: new Map([
    ['job', PRESENT],
    ['instance', PRESENT],
  ]),
  others: 'unknown',
};

/** Whoever asks for series without a job has some that are not scraped. */
function scrapedLabels({ name, matchers }: Selector): LabelSet {
  const isOdd =
    name === undefined ||
    isVariable(name) ||
    matchers.some((matcher) => SCRAPED.known.has(matcher.label) && matcherTakes(matcher, ''));
  return isOdd ? ANY_LABELS : SCRAPED;
}

function recordedSeries({ expr, labels }: Rule): RecordedSeries {
  const isRead = expr !== undefined && (expr.language === 'promql' || expr.language === 'metricsql');
  return {
    tree: isRead ? promql(expr).query.tree : undefined,
    labels: new Map(
      [...labels].map(([label, { text }]): [string, Domain] => [
        label,
        isUnknown(text) ? ANY : oneOf([text]),
      ]),
    ),
  };
}
