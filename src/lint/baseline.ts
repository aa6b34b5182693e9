import { plainJson } from '../hidden-characters.ts';
import { UsageError } from '../usage.ts';
import type { Finding } from './finding.ts';
import { type Known, knownOf } from './known.ts';

interface Entry {
  readonly rule: string;
  readonly file: string;
  readonly message: string;
  /** How often it is found there; left out for once. */
  readonly count?: number;
}

/** The text of a file of findings that are known, in a stable order so that changes of it can be read. */
export function writeBaseline(findings: readonly Finding[]): string {
  const entries = [...knownOf(findings)].sort().map(([key, count]): Entry => {
    // A message may hold what parts a key as well: a name that the repository writes with an escape.
    const [rule = '', file = '', ...message] = key.split('\0');
    return { rule, file, message: message.join('\0'), ...(count > 1 ? { count } : {}) };
  });
  return `${plainJson({ version: 1, findings: entries })}\n`;
}

/** Reads such a file. Throws a `UsageError` in one line for one that is not. */
export function readBaseline(text: string, name: string): Known {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new UsageError(`${name} is no baseline: it is not JSON; --write-baseline makes one`);
  }
  if (typeof data !== 'object' || data === null || !('version' in data) || !('findings' in data))
    throw new UsageError(`${name} is no baseline: --write-baseline makes one`);
  if (data.version !== 1)
    throw new UsageError(
      `${name} is a baseline of version ${typeof data.version === 'number' ? data.version : 'another kind'}; this program knows 1`,
    );
  if (!Array.isArray(data.findings) || !data.findings.every(isEntry))
    throw new UsageError(`${name} is no baseline: each of its findings has a rule, a file and a message`);
  const known = new Map<string, number>();
  // Two branches that were merged may both have brought an entry, for the same finding.
  for (const { rule, file, message, count = 1 } of data.findings) {
    const key = [rule, file, message].join('\0');
    known.set(key, Math.max(known.get(key) ?? 0, count));
  }
  return known;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { rule, file, message, count } = value as Partial<Record<keyof Entry, unknown>>;
  return (
    [rule, file, message].every((part) => typeof part === 'string') &&
    (count === undefined || (typeof count === 'number' && count > 0))
  );
}
