import { checkStatically } from '../check.ts';
import type { Rule } from '../lint/rule.ts';
import { memoryDisk } from '../repo/disk.ts';

/** What a rule says of its own bad example, one finding a line: never written by hand, so never out of date. */
export function oneLineFindings(rule: Rule): string[] {
  const { needs, at } = rule.bad;
  if (needs !== undefined) return at.map((place) => `${place} ${rule.severity}: in the words of ${needs}`);
  const { findings } = checkStatically({
    disk: memoryDisk(rule.bad.files),
    config: undefined,
    preset: undefined,
    severities: new Map([[rule.id, rule.severity]]),
    today: '2026-01-01',
    rules: [rule],
  });
  return findings
    .filter((finding) => finding.rule === rule.id)
    .flatMap(({ severity, at, message, help }) => [
      `${at.file}:${at.start.line}:${at.start.column} ${severity}: ${message}`,
      ...(help === undefined ? [] : [`  help: ${help}`]),
    ]);
}
