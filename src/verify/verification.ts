import type { Place } from '../repo/node.ts';
import type { Alertmanager, Delivery } from '../stack/alertmanager.ts';
import type { Rule } from '../stack/rules.ts';
import type { DrilledAlert } from './drill/drill.ts';
import type { Judge } from './drill/judge.ts';

/** Whether an outside tool was found, and what was asked of it. */
export interface ToolRun {
  readonly found: boolean;
  readonly version: string | null;
  readonly ran: readonly string[];
}

/** Something that a tool says of a file. */
export interface ToolMessage {
  readonly place: Place;
  /** In the tool's own words, without its prefixes. */
  readonly message: string;
}

/** A rule unit test that failed. */
export interface FailedTest {
  /** The `alertname` or `expr` that the test is about, in the test file. */
  readonly place: Place;
  readonly subject: string;
  /** The time of the test, as written. */
  readonly time: string;
  /** What was expected, and what there was, in promtool's words. */
  readonly expected: string;
  readonly got: string;
}

/** Where amtool has an alert end, and where it was worked out here to end. */
export interface RoutedAlert {
  readonly rule: Rule;
  readonly alertmanager: Alertmanager;
  /** Those of its labels at which the routes look. */
  readonly labels: ReadonlyMap<string, string>;
  readonly ours: readonly Delivery[];
  /** The names of the receivers, in order. */
  readonly theirs: readonly string[];
}

/** What the field's own tools say of the repository's files; empty where they were not run. */
export interface Verification {
  readonly prometheus: readonly ToolMessage[];
  readonly rules: readonly ToolMessage[];
  readonly tests: readonly ToolMessage[];
  readonly failedTests: readonly FailedTest[];
  readonly alertmanager: readonly ToolMessage[];
  readonly routes: readonly RoutedAlert[];
  /** Of docker compose, on its projects. */
  readonly compose: readonly ToolMessage[];
  readonly tools: { readonly promtool: ToolRun; readonly amtool: ToolRun; readonly compose: ToolRun };
  /** What the fire drill says of each alert; null where it was not run. */
  readonly drill: readonly DrilledAlert[] | null;
  /** The promtool that was asked; undefined where none was. */
  readonly judge: Judge | undefined;
  /** What could not be verified, each in one line. */
  readonly notices: readonly string[];
}

/** What one tool says. */
export type ToolPart = Partial<Omit<Verification, 'tools'>> & {
  readonly tools: Partial<Verification['tools']>;
};

const NOT_RUN: ToolRun = { found: false, version: null, ran: [] };

export const NOT_VERIFIED: Verification = {
  prometheus: [],
  rules: [],
  tests: [],
  failedTests: [],
  alertmanager: [],
  routes: [],
  compose: [],
  tools: { promtool: NOT_RUN, amtool: NOT_RUN, compose: NOT_RUN },
  drill: null,
  judge: undefined,
  notices: [],
};
