import type { Severity } from '../config/config.ts';
import { type Location, locate, type Place, spanOf } from '../repo/node.ts';
import type { SourceText, Span } from '../repo/text.ts';
import { type ResolvedEdit, resolveEdits } from './fix.ts';
import type { Confidence, Report } from './rule.ts';

/** A place in a file, worked out. */
export interface FindingPlace extends Location {
  /** The file's text as it may be shown. */
  readonly source: SourceText;
  /** In the whole file's text. */
  readonly span: Span;
}

/** What a rule found, with its place worked out. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly message: string;
  readonly help: string | undefined;
  readonly at: FindingPlace;
  readonly related: readonly { readonly at: FindingPlace; readonly message: string }[];
  /** The changes that mend it, where there is exactly one right mending. */
  readonly fix: readonly ResolvedEdit[] | undefined;
}

/** Works out where a place is. */
export function findingPlace(place: Place): FindingPlace {
  const source = 'node' in place ? place.node.doc.source : place.source;
  const span = spanOf(place);
  return {
    ...locate(place),
    source: source.file,
    span: { start: source.fileOffset(span.start), end: source.fileOffset(span.end) },
  };
}

/** A report as a finding of its rule. */
export function toFinding(report: Report, rule: string, severity: Severity, confidence: Confidence): Finding {
  return {
    rule,
    severity,
    confidence,
    message: report.message,
    help: report.help,
    at: findingPlace(report.at),
    related: (report.related ?? []).map(({ at, message }) => ({ at: findingPlace(at), message })),
    fix: report.fix && resolveEdits(report.fix),
  };
}

const SEVERITY_ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, notice: 2 };

/** Whether one severity is above another. */
export const isWorse = (a: Pick<Finding, 'severity'>, b: Pick<Finding, 'severity'>): boolean =>
  SEVERITY_ORDER[a.severity] < SEVERITY_ORDER[b.severity];

/** By file and place: the same order for the same input, whatever the rules' order is. */
export function byPlace(a: Finding, b: Finding): number {
  return (
    compare(a.at.file, b.at.file) ||
    a.at.start.line - b.at.start.line ||
    a.at.start.column - b.at.start.column ||
    compare(a.rule, b.rule) ||
    compare(a.message, b.message)
  );
}

/** The worst first, then by place. */
export const bySeverity = (a: Finding, b: Finding): number =>
  SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] || byPlace(a, b);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
