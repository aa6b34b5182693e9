import type { Config, Severity } from '../config/config.ts';
import type { Chain } from '../coverage/chain.ts';
import type { Place } from '../repo/node.ts';
import type { SmokeOutcome } from '../smoke/outcome.ts';
import type { System } from '../stack/system.ts';
import type { Verification } from '../verify/verification.ts';
import type { Edit } from './fix.ts';

/** How sure a finding is: `medium` and `low` are shown only when they are asked for. */
export type Confidence = 'high' | 'medium' | 'low';

/** A small repository that shows a rule at work: paths to contents. A path ending in `/` is an empty folder. */
export type ExampleFiles = Readonly<Record<string, string>>;

/** What a rule says of one place. */
export interface Report {
  readonly at: Place;
  /** What is wrong and what will happen because of it, with the names and values of the user's files. */
  readonly message: string;
  /** What to do. */
  readonly help?: string | undefined;
  /** Other places that belong to it: "mounted here", "scraped here". */
  readonly related?: readonly { readonly at: Place; readonly message: string }[];
  /** The one right mending, where there is exactly one: `--fix` makes these changes. */
  readonly fix?: readonly Edit[] | undefined;
  /** Less than the rule's own, for what is only likely. */
  readonly confidence?: Confidence;
  /** Another than the rule's own, where the configuration gives it by other means than the rule's id, as `require` does. */
  readonly severity?: Severity;
  /**
   * Places at which another rule would name the cause: where one did, on one of their lines, this finding is
   * left out, so that one cause gives one finding, which is then as severe as what it leaves out.
   */
  readonly followsFrom?: readonly (Place | Cause)[];
}

/** A place at which only certain rules name the cause: others that find something there speak of something else. */
export interface Cause {
  readonly place: Place;
  /** A rule's id, or the rules of an area as `syntax/*`. */
  readonly by: string;
}

/** What a rule sees: the system, its chains of proof, and the user's configuration; never the file system. */
export interface RuleContext {
  readonly system: System;
  readonly chains: readonly Chain[];
  readonly config: Config;
  /** What the field's own tools say, where they were run. */
  readonly verification: Verification;
  /** What the booted stack showed, where it was booted. */
  readonly smoke: SmokeOutcome | undefined;
  report(report: Report): void;
}

/** A rule: what it finds and why that matters, shown on examples, and a pure function that finds it. */
export interface Rule {
  /** `area/name`: its file, its page, its key in configurations and silences. */
  readonly id: string;
  readonly severity: Severity;
  /** The preset from which on it is shown. */
  readonly preset: 'recommended' | 'strict';
  readonly confidence: Confidence;
  /** The checks of other tools that it covers, as "pint promql/rate": those of `rules/shared/peers.ts`. */
  readonly peers: readonly string[];
  /** What it finds, in one line. */
  readonly summary: string;
  /** Why that matters: what happens when nobody mends it. */
  readonly why: string;
  /** How to mend it. */
  readonly fix: string;
  /** A repository with the fault; `at` is where it is found, as `file:line` or `file:line:column`. */
  readonly bad: {
    readonly files: ExampleFiles;
    readonly at: readonly string[];
    /** The tool whose words the rule reports: without it there is nothing to find. */
    readonly needs?: 'promtool' | 'amtool' | 'compose' | 'docker';
  };
  /** A repository without it. */
  readonly good: { readonly files: ExampleFiles };
  check(context: RuleContext): void;
}

type Optional = 'preset' | 'confidence' | 'peers';

/** Fills in what most rules share: they are shown by default, sure, and like no other tool's. */
export function defineRule(rule: Omit<Rule, Optional> & Partial<Pick<Rule, Optional>>): Rule {
  return { preset: 'recommended', confidence: 'high', peers: [], ...rule };
}
