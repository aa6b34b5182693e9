import { durationSeconds } from '../promql/duration.ts';
import type { File, Files } from '../repo/files.ts';
import { child, exists, items, type Node, textEntries, textItems, textOf } from '../repo/node.ts';
import { dirname, resolvePath } from '../repo/path.ts';
import { isUnknown } from './compose/interpolate.ts';
import { globMatcher } from './container.ts';

/** A file of promtool rule unit tests. */
export interface RuleTestFile {
  readonly file: File;
  readonly ruleFiles: readonly {
    readonly node: Node;
    readonly pattern: string;
    readonly paths: readonly string[];
    /** Whether the pattern leads into the repository, so that `paths` is all that it matches. */
    readonly isInside: boolean;
  }[];
  readonly alertTests: readonly AlertTest[];
  /** The expressions that it evaluates. */
  readonly expressions: readonly string[];
  readonly series: readonly InputSeries[];
}

/** One `alert_rule_test`: what an alert is expected to do at a time. */
export interface AlertTest {
  readonly node: Node;
  readonly alertname: string;
  readonly expected: readonly { readonly node: Node; readonly labels: ReadonlyMap<string, string> }[];
}

/** One of `input_series`. */
export interface InputSeries {
  readonly series: { readonly text: string; readonly node: Node } | undefined;
  readonly values: { readonly text: string; readonly node: Node } | undefined;
}

/** Reads a rule unit test; its `rule_files` count from its own folder (Prometheus documentation, "Unit testing for rules"). */
export function readRuleTests(file: File, files: Files): RuleTestFile {
  const folder = dirname(file.path);
  const tests = items(child(file.node, 'tests'));
  const text = (node: Node): { text: string; node: Node } | undefined => {
    const value = textOf(node);
    return value === undefined ? undefined : { text: value, node };
  };
  return {
    file,
    ruleFiles: textItems(child(file.node, 'rule_files')).map(({ text: pattern, node }) => {
      const path = pattern.startsWith('/') || isUnknown(pattern) ? undefined : resolvePath(folder, pattern);
      const matches = path === undefined ? () => false : globMatcher(path);
      return {
        node,
        pattern,
        paths: files.repo.paths.filter((other) => matches(other)),
        isInside: path !== undefined,
      };
    }),
    alertTests: tests.flatMap((test) =>
      items(child(test, 'alert_rule_test')).flatMap((node) => {
        const alertname = textOf(child(node, 'alertname'));
        if (alertname === undefined) return [];
        const expected = items(child(node, 'exp_alerts')).map((alert) => ({
          node: alert,
          labels: new Map(
            [...textEntries(child(alert, 'exp_labels'))].map(([name, value]) => [name, value.text]),
          ),
        }));
        return [{ node, alertname, expected }];
      }),
    ),
    expressions: tests.flatMap((test) =>
      ['promql_expr_test', 'metricsql_expr_test'].flatMap((key) =>
        items(child(test, key)).flatMap((one) => textOf(child(one, 'expr')) ?? []),
      ),
    ),
    series: tests.flatMap((test) =>
      items(child(test, 'input_series')).map((one) => ({
        series: text(child(one, 'series')),
        values: text(child(one, 'values')),
      })),
    ),
  };
}

/** Durations of a rule unit test that are none. */
export function durationFaults({ node }: File): { readonly text: string; readonly node: Node }[] {
  const places = [
    child(node, 'evaluation_interval'),
    ...items(child(node, 'tests')).flatMap((test) => [
      child(test, 'interval'),
      ...['alert_rule_test', 'promql_expr_test'].flatMap((key) =>
        items(child(test, key)).map((one) => child(one, 'eval_time')),
      ),
    ]),
  ];
  return places.flatMap((place) => {
    const text = textOf(place);
    if (!exists(place) || text === undefined || isUnknown(text) || durationSeconds(text) !== undefined)
      return [];
    return [{ text, node: place }];
  });
}

const NUMBER = '(?:(?:\\d+(?:_\\d+)*)?\\.?\\d+(?:\\.)?(?:[eE][+-]?\\d+)?)';
const VALUE = new RegExp(
  `^(?:_(?:x\\d+)?|stale|[+-]?(?:[Ii][Nn][Ff]|[Nn][Aa][Nn])|[+-]?${NUMBER}(?:(?:[+-]${NUMBER})?x\\d+)?)$`,
);

/** The first of a series' values that promtool cannot read, with where it stands; undefined when it reads all. */
export function valueFault(text: string): { readonly value: string; readonly at: number } | undefined {
  // Native histograms have a notation of their own, and spaces in it.
  if (text.includes('{{')) return undefined;
  for (const match of text.matchAll(/\S+/g)) {
    if (!VALUE.test(match[0])) return { value: match[0], at: match.index };
  }
  return undefined;
}

/** No person writes a longer series, in UTF-16 units: nothing is said of one. */
const LONGEST_SERIES = 10_000;

/** Why a text names no series: a metric's name with labels and their values, each by `=`. */
export function seriesFault(text: string): string | undefined {
  if (text.length > LONGEST_SERIES) return undefined;
  const match = /^\s*([A-Za-z_:][\w:]*)?\s*(?:\{([\s\S]*)\})?\s*$/.exec(text);
  if (match === null || (match[1] === undefined && match[2] === undefined))
    return 'it is no metric name with labels in braces';
  const labels = match[2]?.trim() ?? '';
  if (labels === '') return undefined;
  const label =
    /\s*(?:[A-Za-z_]\w*|"(?:[^"\\]|\\.)*")\s*=\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)\s*(?:,|$)|\s*"(?:[^"\\]|\\.)*"\s*(?:,|$)/y;
  let at = 0;
  while (at < labels.length) {
    label.lastIndex = at;
    const found = label.exec(labels);
    if (found === null) {
      const rest = labels.slice(at).trim();
      return /^[\w"]+\s*(?:=~|!=|!~)/.test(rest)
        ? `"${rest.split(',')[0]}" is a matcher, and a series has values`
        : `"${rest}" is no label and value`;
    }
    at = label.lastIndex;
  }
  return undefined;
}

/** Whether a test is the data of a program that runs tests, and none of this repository's rules. */
export const isOfOthers = (path: string): boolean => /(?:^|\/)(?:testdata|fixtures|vendor)\//.test(path);
