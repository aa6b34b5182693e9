import { secondsAt } from '../promql/duration.ts';
import { alternatives, exclude, type Labels, matcherMatches } from '../promql/labels.ts';
import { matcherTakes } from '../promql/matcher.ts';
import type { Matcher, MatchOp } from '../promql/tree.ts';
import { every, type Tri } from '../promql/tri.ts';
import type { Files } from '../repo/files.ts';
import { child, entries, exists, items, type Node, textEntries, textItems, textOf } from '../repo/node.ts';
import { isUnknown } from './compose/interpolate.ts';
import { type Container, type FoundFiles, rewritesFiles } from './container.ts';
import { parseMatchers, type WrittenMatcher } from './matchers.ts';
import { configPath, viewFrom } from './prometheus.ts';

export interface RouteMatcher {
  readonly label: string;
  readonly op: MatchOp;
  readonly value: string;
  readonly node: Node;
}

/** A text of matchers that Alertmanager does not take. */
export interface MatcherFault {
  readonly node: Node;
  readonly text: string;
  readonly fault: string;
}

/** What an alert must be like: every matcher must hold; none at all holds for every alert. */
export interface MatcherSet {
  readonly matchers: readonly RouteMatcher[];
  readonly faults: readonly MatcherFault[];
  /** Whether one of them holds a variable that is put in later. */
  readonly hasUnknown: boolean;
}

/** A node of the routing tree; what it does not say it has from its parent. */
export interface Route extends MatcherSet {
  readonly node: Node;
  readonly receiver: string | undefined;
  readonly continues: boolean;
  /** In seconds. */
  readonly groupWait: number;
  /** In seconds. */
  readonly groupInterval: number;
  /** In seconds. */
  readonly repeatInterval: number;
  /** The labels by which alerts are put into one notification; `...` is all of them. */
  readonly groupBy: readonly string[];
  readonly routes: readonly Route[];
}

export interface Receiver {
  readonly node: Node;
  readonly name: string;
  /** What it sends with, such as `slack_configs`; none for one that swallows alerts. */
  readonly integrations: readonly string[];
}

/** A rule by which one alert keeps others from being sent. */
export interface InhibitRule {
  readonly node: Node;
  readonly source: MatcherSet;
  readonly target: MatcherSet;
  readonly equal: readonly string[];
}

export interface TimeInterval {
  readonly node: Node;
  readonly name: string;
}

/** An entry of `templates`. */
export interface TemplateEntry extends FoundFiles {
  readonly node: Node;
  readonly pattern: string;
}

export interface Alertmanager {
  readonly name: string;
  readonly container: Container | undefined;
  readonly config: Node | undefined;
  readonly route: Route | undefined;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly inhibitRules: readonly InhibitRule[];
  readonly timeIntervals: readonly TimeInterval[];
  readonly templates: readonly TemplateEntry[];
}

/** The images of the project itself, whose own configuration is known. */
const OFFICIAL = /^(?:prom|prometheus)\/alertmanager$/;

/** What the only receiver of these images' own configuration calls (Alertmanager, `examples/ha/alertmanager.yml`). */
export const IMAGES_RECEIVER = 'http://127.0.0.1:5001/';

/** Whether an Alertmanager reads the configuration that its image brings, since nothing is put in its place. */
export function hasOnlyItsImagesConfig({ container, config }: Alertmanager): boolean {
  if (container === undefined || config !== undefined || !OFFICIAL.test(container.image ?? '')) return false;
  const path = configPath(container);
  return (
    container.service.build === undefined &&
    path !== undefined &&
    path === container.facts?.config &&
    container.at(path).state === 'image' &&
    !rewritesFiles(container)
  );
}

/** Alertmanager's defaults for its root route, in seconds (Alertmanager documentation, "Configuration", `<route>`). */
const DEFAULTS = {
  groupWait: 30,
  groupInterval: 300,
  repeatInterval: 4 * 3600,
  groupBy: [] as readonly string[],
};
type Inherited = typeof DEFAULTS & { receiver?: string | undefined };

/** Reads an Alertmanager configuration. */
export function readAlertmanager(
  name: string,
  config: Node | undefined,
  container: Container | undefined,
  files: Files,
): Alertmanager {
  const route = config && child(config, 'route');
  const view = config && viewFrom(config, container, files);
  return {
    name,
    container,
    config,
    route: route === undefined || !exists(route) ? undefined : readRoute(route, DEFAULTS),
    receivers: new Map(
      // Of two receivers of one name the first is meant as much as the second; Alertmanager takes neither.
      receiverNodes(config)
        .reverse()
        .map((receiver) => [receiver.name, receiver]),
    ),
    inhibitRules: config ? items(child(config, 'inhibit_rules')).map(readInhibitRule) : [],
    timeIntervals: config
      ? ['time_intervals', 'mute_time_intervals'].flatMap((key) =>
          items(child(config, key)).flatMap((node) => {
            const interval = textOf(child(node, 'name'));
            return interval === undefined ? [] : [{ node, name: interval }];
          }),
        )
      : [],
    templates:
      config && view && exists(child(config, 'templates'))
        ? textItems(child(config, 'templates')).map(({ text, node }) => ({
            node,
            pattern: text,
            ...view.glob(text),
          }))
        : [],
  };
}

/** The receivers of a configuration, those of one name each. */
export function receiverNodes(config: Node | undefined): Receiver[] {
  return (config ? items(child(config, 'receivers')) : []).flatMap((node) => {
    const name = textOf(child(node, 'name'));
    if (name === undefined) return [];
    const integrations = entries(node).filter(
      ([key, value]) => key.endsWith('_configs') && items(value).length > 0,
    );
    return [{ node, name, integrations: integrations.map(([key]) => key) }];
  });
}

function readRoute(node: Node, inherited: Inherited): Route {
  const own = child(node, 'group_by');
  const settings: Inherited = {
    receiver: textOf(child(node, 'receiver')) ?? inherited.receiver,
    groupWait: secondsAt(child(node, 'group_wait')) ?? inherited.groupWait,
    groupInterval: secondsAt(child(node, 'group_interval')) ?? inherited.groupInterval,
    repeatInterval: secondsAt(child(node, 'repeat_interval')) ?? inherited.repeatInterval,
    groupBy: exists(own) ? textItems(own).map(({ text }) => text) : inherited.groupBy,
  };
  return {
    node,
    ...settings,
    receiver: settings.receiver,
    ...readMatchers(node, ''),
    continues: child(node, 'continue').value === true,
    routes: items(child(node, 'routes')).map((inner) => readRoute(inner, settings)),
  };
}

const readInhibitRule = (node: Node): InhibitRule => ({
  node,
  source: readMatchers(node, 'source_'),
  target: readMatchers(node, 'target_'),
  equal: textItems(child(node, 'equal')).map(({ text }) => text),
});

/** The matchers of a route, or of one side of an inhibition: `matchers`, and the older `match` and `match_re`. */
export function readMatchers(node: Node, prefix: '' | 'source_' | 'target_'): MatcherSet {
  const matchers: RouteMatcher[] = [];
  const faults: MatcherFault[] = [];
  let hasUnknown = false;
  const written = child(node, `${prefix}matchers`);
  for (const { text, node: item } of exists(written) ? textItems(written) : []) {
    if (isUnknown(text)) {
      hasUnknown = true;
      continue;
    }
    const parsed = parseMatchers(text);
    if (parsed.matchers === undefined) faults.push({ node: item, text, fault: parsed.fault });
    else matchers.push(...parsed.matchers.map((matcher: WrittenMatcher) => ({ ...matcher, node: item })));
  }
  for (const [key, op] of [
    ['match', '='],
    ['match_re', '=~'],
  ] as const) {
    for (const [label, { text, node: item }] of textEntries(child(node, `${prefix}${key}`))) {
      if (isUnknown(text)) hasUnknown = true;
      else matchers.push({ label, op, value: text, node: item });
    }
  }
  return { matchers, faults, hasUnknown };
}

const asMatcher = (matcher: RouteMatcher): Matcher => ({ ...matcher, span: NOWHERE, valueSpan: NOWHERE });

/** Whether every alert that one set takes is certainly taken by another. */
export function covers(wider: MatcherSet, narrower: MatcherSet): boolean {
  if (wider.hasUnknown || wider.faults.length > 0) return false;
  return wider.matchers.every(
    (wide) => narrower.matchers.some((narrow) => implies(narrow, wide)) || takesAll(wide),
  );
}

/** Whether a matcher takes every value, that of an absent label too. */
const takesAll = ({ op, value }: RouteMatcher): boolean => op === '=~' && /^\(?\.\*\)?$/.test(value);

/** Whether every value that one matcher takes is taken by another on the same label, as far as that is plain. */
function implies(narrow: RouteMatcher, wide: RouteMatcher): boolean {
  if (narrow.label !== wide.label) return false;
  if (narrow.op === wide.op && narrow.value === wide.value) return true;
  if (narrow.op === '=') return matcherTakes(wide, narrow.value);
  const listed = alternatives(narrow);
  if (listed !== undefined) return listed.every((value) => matcherTakes(wide, value));
  return wide.op === '!=' && narrow.op === '!~' && !matcherTakes(narrow, wide.value);
}

/** Two matchers of which no alert can fulfil both; undefined where one may fulfil all. */
export function contradiction(
  first: MatcherSet,
  second: MatcherSet,
): readonly [RouteMatcher, RouteMatcher] | undefined {
  for (const one of first.matchers) {
    for (const other of second.matchers) {
      if (one.label === other.label && exclude(asMatcher(one), asMatcher(other))) return [one, other];
    }
  }
  return undefined;
}

/** Every route of a tree, each before those below it. */
export function routesOf(route: Route | undefined): Route[] {
  return route === undefined ? [] : [route, ...route.routes.flatMap(routesOf)];
}

export interface Delivery {
  readonly route: Route;
  readonly receiver: Receiver | undefined;
  readonly answer: Tri;
}

/**
 * The routes that an alert with these labels ends in, as Alertmanager walks its tree: the deepest match
 * of each branch, and the next branches only after `continue`. `maybe` where a label is not known.
 */
export function deliveries(alertmanager: Alertmanager, labels: Labels): Delivery[] {
  const { route, receivers } = alertmanager;
  if (route === undefined) return [];
  const visit = (current: Route, answer: Tri): Delivery[] => {
    const found: Delivery[] = [];
    let reached: Tri = 'no';
    for (const inner of current.routes) {
      const matched = every([
        answer,
        inner.hasUnknown || inner.faults.length > 0 ? 'maybe' : 'yes',
        ...inner.matchers.map((matcher) => matcherMatches(asMatcher(matcher), labels)),
      ]);
      if (matched === 'no') continue;
      found.push(...visit(inner, matched));
      if (matched === 'yes') reached = 'yes';
      else if (reached === 'no') reached = 'maybe';
      if (matched === 'yes' && !inner.continues) break;
    }
    // The route itself takes what none of its branches takes.
    if (reached !== 'yes') {
      const receiver = current.receiver === undefined ? undefined : receivers.get(current.receiver);
      found.push({ route: current, receiver, answer: reached === 'maybe' ? 'maybe' : answer });
    }
    return found;
  };
  return visit(route, 'yes');
}

const NOWHERE = { start: 0, end: 0 };

/** The way from one route down to another, both included; empty where there is none. */
function wayTo(from: Route, to: Route): Route[] {
  if (from === to) return [from];
  for (const inner of from.routes) {
    const way = wayTo(inner, to);
    if (way.length > 0) return [from, ...way];
  }
  return [];
}

/** Where a setting of a route is said: at the route, or at the nearest above it; undefined where it is the default. */
export function settingOf(root: Route, route: Route, key: string): Node | undefined {
  return wayTo(root, route)
    .map(({ node }) => child(node, key))
    .findLast(exists);
}
