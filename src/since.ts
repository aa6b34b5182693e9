import { type CheckOptions, check } from './check.ts';
import { type Known, knownOf, withoutKnown } from './lint/known.ts';
import { commitSince } from './repo/git.ts';
import { openCommit } from './repo/git-disk.ts';
import type { CheckResult } from './result.ts';
import { UsageError } from './usage.ts';
import type { Tools } from './verify/verify.ts';
import { counted } from './words.ts';

/**
 * A check of which only what the change since a commit has brought is kept: both trees are checked, each
 * with its own configuration, and what both have is left out. Throws a `UsageError` where there is no such commit.
 */
export async function onlyNewSince(
  result: CheckResult,
  directory: string,
  ref: string,
  options: CheckOptions,
  tools: Tools,
): Promise<CheckResult> {
  const commit = commitSince(directory, ref);
  const disk = commit === undefined ? undefined : openCommit(directory, commit);
  if (disk === undefined)
    throw new UsageError(
      `git has no commit "${ref}" here, for --new-since; in a workflow, actions/checkout fetches it with fetch-depth: 0`,
    );
  const base = await check({ ...options, disk }, tools);
  return { ...leaveOut(result, knownOf(base.findings)).result, base };
}

/** A check without what a baseline knows. */
export function withoutBaseline(result: CheckResult, known: Known, name: string): CheckResult {
  const { result: left, gone } = leaveOut(result, known);
  if (gone === 0) return left;
  const notice = `${counted(gone, 'finding')} of ${name} ${gone === 1 ? 'is' : 'are'} no longer there: --write-baseline takes ${gone === 1 ? 'it' : 'them'} out`;
  return { ...left, notices: [...left.notices, notice] };
}

function leaveOut(result: CheckResult, known: Known): { result: CheckResult; gone: number } {
  const { fresh, gone } = withoutKnown(result.findings, known);
  const suppressed = result.suppressed + result.findings.length - fresh.length;
  return { result: { ...result, findings: fresh, suppressed }, gone };
}
