import { parseQuery } from '../../src/promql/parse.ts';
import type { Span } from '../../src/repo/text.ts';
import { corpusRows } from './corpus.ts';

/** A row of the Go parser's verdicts; `start` and `end` are UTF-8 offsets of its error, `start` 0 where left out. */
export interface Verdict {
  readonly expr: string;
  readonly ok: boolean;
  readonly error?: string;
  readonly start?: number;
  readonly end?: number;
  readonly type?: string;
  readonly metrics?: readonly string[];
}

/** Verdicts, and those on which we say something else. */
export interface Agreement {
  readonly rows: readonly Verdict[];
  readonly wrong: readonly Verdict[];
  /** What both reject. */
  readonly rejected: readonly Verdict[];
  /** What both reject, for something at another place. */
  readonly elsewhere: readonly Verdict[];
}

/** Holds our verdicts against the Go parser's: on the corpus's rules, or on Prometheus's own parser tests. */
export function agreement(file: 'promql/rule-verdicts.jsonl' | 'promql/verdicts.jsonl'): Agreement {
  const rows = corpusRows<Verdict>(file);
  const rejected = rows.filter(({ ok, expr }) => !ok && !isAccepted(expr));
  return {
    rows,
    wrong: rows.filter(({ ok, expr }) => isAccepted(expr) !== ok),
    rejected,
    elsewhere: rejected.filter((row) => !isTouched(row)),
  };
}

/** Whether a Prometheus without feature flags takes it. */
function isAccepted(expr: string): boolean {
  const { rejection, flagged } = parseQuery(expr);
  return rejection === undefined && flagged.length === 0;
}

function isTouched(row: Verdict): boolean {
  const { rejection, flagged } = parseQuery(row.expr);
  const span: Span | undefined = rejection?.span ?? flagged[0]?.span;
  if (span === undefined) return false;
  const bytes = (length: number): number => Buffer.byteLength(row.expr.slice(0, length));
  const start = row.start ?? 0;
  const end = row.end ?? start;
  return bytes(span.start) <= end && bytes(span.end) >= start;
}
