import type { Finding, FindingPlace } from '../../src/lint/finding.ts';
import { findingsOf, type Repository } from './check.ts';
import { ruleOf } from './expressions.ts';

/**
 * All that a rule tells of a repository, a line for a finding: what it underlines, how sure it is, the message, the
 * help, the other places, and what its fix writes.
 */
export const told = (id: string, files: Repository): string[] => findingsOf(ruleOf(id), files).map(inFull);

/** All that a finding tells, in one line. */
export function inFull({ severity, confidence, at, message, help, related, fix }: Finding): string {
  const sure = confidence === 'high' ? '' : ` (${confidence})`;
  return [
    `${severity}${sure} at ${placeText(at)}: ${message}`,
    ...(help === undefined ? [] : [`help: ${help}`]),
    ...related.map((other) => `${other.message}: ${placeText(other.at)}`),
    ...(fix ?? []).map(({ span, text }) => `fix: ${firstLine({ ...at, span })} becomes ${text}`),
  ].join('; ');
}

const placeText = (place: FindingPlace): string => `${place.start.line} ${firstLine(place)}`;

/** The text at a place, up to where the line ends. */
const firstLine = ({ source, span }: FindingPlace): string =>
  source.text.slice(span.start, span.end).split('\n', 1).join();

/** A rule file with one alert, whose expression stands as it is in the sixth line. */
export const alertOnLine = (expr: string): string =>
  `groups:\n- name: example\n  rules:\n  - alert: Example\n    expr: |\n      ${expr}\n    labels: {severity: warning}\n`;
