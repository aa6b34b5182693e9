import type { Config } from './config/config.ts';
import type { Chain } from './coverage/chain.ts';
import type { Finding } from './lint/finding.ts';
import type { SmokeOutcome } from './smoke/outcome.ts';
import type { System } from './stack/system.ts';
import type { DrilledAlert } from './verify/drill/drill.ts';
import type { Judge } from './verify/drill/judge.ts';
import type { ToolRun } from './verify/verification.ts';

/** Everything that a check found out: what every report is made of. */
export interface CheckResult {
  /** The number of files of known kinds. */
  readonly files: number;
  readonly config: Config;
  readonly system: System;
  readonly chains: readonly Chain[];
  readonly findings: readonly Finding[];
  /** How many findings are silenced, or known from a baseline or from the commit that was compared with. */
  readonly suppressed: number;
  readonly tools: { readonly promtool: ToolRun; readonly amtool: ToolRun; readonly compose: ToolRun };
  /** What the fire drill says of each alert; null where it was not run. */
  readonly drill: readonly DrilledAlert[] | null;
  /** The promtool that was asked; undefined where none was. */
  readonly judge: Judge | undefined;
  /** What could not be verified, each in one line. */
  readonly notices: readonly string[];
  /** What the smoke boot found; undefined where none was asked for. */
  readonly smoke: SmokeOutcome | undefined;
  /** The check of the commit that was compared with. */
  readonly base?: CheckResult;
}
