import { secondsAt } from '../promql/duration.ts';
import { type Labels, matcherMatches } from '../promql/labels.ts';
import type { MatchOp } from '../promql/tree.ts';
import { every, type Tri } from '../promql/tri.ts';
import { child, entries, items, type Node, textEntries, textItems, textOf } from '../repo/node.ts';
import type { Container } from './container.ts';

export interface RouteMatcher {
  readonly label: string;
  readonly op: MatchOp;
  readonly value: string;
  readonly node: Node;
}

/** A node of the routing tree; what it does not say it has from its parent. */
export interface Route {
  readonly node: Node;
  readonly receiver: string | undefined;
  readonly matchers: readonly RouteMatcher[];
  readonly continues: boolean;
  /** In seconds. */
  readonly groupWait: number;
  readonly routes: readonly Route[];
}

export interface Receiver {
  readonly node: Node;
  readonly name: string;
  /** What it sends with, such as `slack_configs`; none for one that swallows alerts. */
  readonly integrations: readonly string[];
}

export interface Alertmanager {
  readonly name: string;
  readonly container: Container | undefined;
  readonly config: Node | undefined;
  readonly route: Route | undefined;
  readonly receivers: ReadonlyMap<string, Receiver>;
}

/** Alertmanager's default `group_wait`, in seconds. */
const DEFAULT_GROUP_WAIT = 30;

/** Reads an Alertmanager configuration. */
export function readAlertmanager(
  name: string,
  config: Node | undefined,
  container: Container | undefined,
): Alertmanager {
  const route = config && child(config, 'route');
  const receivers = config ? items(child(config, 'receivers')) : [];
  return {
    name,
    container,
    config,
    route: route?.value === undefined ? undefined : readRoute(route, undefined, DEFAULT_GROUP_WAIT),
    receivers: new Map(
      receivers.flatMap((node): [string, Receiver][] => {
        const receiver = textOf(child(node, 'name'));
        if (receiver === undefined) return [];
        const integrations = entries(node).filter(
          ([key, value]) => key.endsWith('_configs') && items(value).length > 0,
        );
        return [[receiver, { node, name: receiver, integrations: integrations.map(([key]) => key) }]];
      }),
    ),
  };
}

function readRoute(node: Node, inherited: string | undefined, groupWait: number): Route {
  const receiver = textOf(child(node, 'receiver')) ?? inherited;
  const wait = secondsAt(child(node, 'group_wait')) ?? groupWait;
  return {
    node,
    receiver,
    matchers: readMatchers(node),
    continues: child(node, 'continue').value === true,
    groupWait: wait,
    routes: items(child(node, 'routes')).map((inner) => readRoute(inner, receiver, wait)),
  };
}

/** The matchers of a route: `matchers`, and the older `match` and `match_re`. */
export function readMatchers(node: Node): RouteMatcher[] {
  const old = (key: string, op: MatchOp): RouteMatcher[] =>
    [...textEntries(child(node, key))].map(([label, { text, node: item }]) => ({
      label,
      op,
      value: text,
      node: item,
    }));
  const written = textItems(child(node, 'matchers')).flatMap(({ text, node: item }) =>
    parseMatchers(text).map((matcher) => ({ ...matcher, node: item })),
  );
  return [...written, ...old('match', '='), ...old('match_re', '=~')];
}

/**
 * Reads matchers such as `severity="critical"`, several of them with commas and braces (Alertmanager
 * documentation, "Matcher"). What cannot be read is left out.
 */
export function parseMatchers(text: string): { label: string; op: MatchOp; value: string }[] {
  const inner = /^\s*\{([\s\S]*)\}\s*$/.exec(text)?.[1] ?? text;
  const one =
    /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s=!~,"]+))\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)/gy;
  const matchers: { label: string; op: MatchOp; value: string }[] = [];
  for (const match of inner.matchAll(one)) {
    const [, quotedLabel, label, op, quoted, plain] = match;
    matchers.push({
      label: quotedLabel ?? (label as string),
      op: op as MatchOp,
      value:
        quoted === undefined
          ? (plain as string).trim()
          : quoted.replace(/\\(["\\])/g, '$1').replace(/\\n/g, '\n'),
    });
  }
  return matchers;
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
        ...inner.matchers.map((matcher) =>
          matcherMatches({ ...matcher, span: NOWHERE, valueSpan: NOWHERE }, labels),
        ),
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
