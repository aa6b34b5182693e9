import { createHash } from 'node:crypto';
import type { Finding } from './finding.ts';

/**
 * What stays of a finding when lines move: its rule, its file and its message, in which numbers of lines do not
 * count. The cause of a finding is often in another file than its place, so that lines tell nothing.
 */
export const identity = ({ rule, at, message }: Finding): string =>
  [rule, at.file, message.replace(/\bline \d+(?::\d+)?/g, 'line')].join('\0');

/** The findings' identities as short texts, told apart where several findings share one. */
export function fingerprints(findings: readonly Finding[]): Map<Finding, string> {
  const met = new Map<string, number>();
  return new Map(
    findings.map((finding) => {
      const own = identity(finding);
      const count = met.get(own) ?? 0;
      met.set(own, count + 1);
      const digest = createHash('sha256').update(`${own}\0${count}`).digest('hex').slice(0, 32);
      return [finding, digest];
    }),
  );
}

/** How often each identity is known. */
export type Known = ReadonlyMap<string, number>;

export const knownOf = (findings: readonly Finding[]): Known => {
  const known = new Map<string, number>();
  for (const finding of findings) known.set(identity(finding), (known.get(identity(finding)) ?? 0) + 1);
  return known;
};

/** The findings that are not known, and how many of what is known are no longer there. */
export function withoutKnown(
  findings: readonly Finding[],
  known: Known,
): { readonly fresh: Finding[]; readonly gone: number } {
  const left = new Map(known);
  const fresh = findings.filter((finding) => {
    const count = left.get(identity(finding)) ?? 0;
    if (count > 0) left.set(identity(finding), count - 1);
    return count === 0;
  });
  return { fresh, gone: [...left.values()].reduce((sum, count) => sum + count, 0) };
}
