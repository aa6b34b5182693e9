import { findingPlace } from '../lint/finding.ts';
import type { LookName, SmokeOutcome } from '../smoke/outcome.ts';

/** What the smoke boot found, in the report for programs. */
export interface JsonSmoke {
  /** As compose names the project; empty where there is none to boot. */
  readonly project: string;
  readonly booted: boolean;
  /** Why it was not booted; null where it was. */
  readonly reason: string | null;
  readonly looks: readonly { readonly look: LookName; readonly ok: boolean; readonly detail: string }[];
  readonly series: readonly {
    readonly selector: string;
    readonly file: string;
    readonly line: number;
    readonly present: boolean;
  }[];
}

/** The boot as data; null where none was asked for. */
export function jsonSmoke(smoke: SmokeOutcome | undefined): JsonSmoke | null {
  if (smoke === undefined) return null;
  return {
    project: smoke.project,
    booted: smoke.isBooted,
    reason: smoke.reason ?? null,
    looks: smoke.looks.map(({ look, ok, detail }) => ({ look, ok, detail })),
    series: smoke.series.map(({ selector, place, isPresent }) => {
      const { file, start } = findingPlace(place);
      return { selector, file, line: start.line, present: isPresent };
    }),
  };
}
