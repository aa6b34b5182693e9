import type { Severity } from '../config/config.ts';
import { byPlace, type Finding } from '../lint/finding.ts';
import { escapeData, workflowCommand } from '../report/github.ts';
import { counted } from '../words.ts';

/** What GitHub shows of the annotations of each kind that a step makes, in the order of printing; the rest vanishes. */
export const SHOWN_PER_KIND = 10;

/** Places that a grouped annotation names. */
const NAMED = 5;

/** For each severity the findings in the order in which a reviewer wants them: those in changed files first. */
export function forReview(
  findings: readonly Finding[],
  severity: Severity,
  changed: ReadonlySet<string>,
): Finding[] {
  const far = ({ at }: Finding): number => (changed.has(at.file) ? 0 : 1);
  return findings
    .filter((finding) => finding.severity === severity)
    .sort((a, b) => far(a) - far(b) || byPlace(a, b));
}

/**
 * The workflow commands that annotate the lines, no more of a kind than GitHub shows. Where there are more
 * findings, those of one rule are told in one annotation, the largest groups first; if that is not enough, the last
 * annotation says how many more there are.
 */
export function annotationCommands(
  findings: readonly Finding[],
  changed: ReadonlySet<string>,
  folder: string,
): string[] {
  return (['error', 'warning', 'notice'] as const).flatMap((severity) => {
    const groups = grouped(forReview(findings, severity, changed));
    const isTooMany = groups.length > SHOWN_PER_KIND;
    const shown = isTooMany ? groups.slice(0, SHOWN_PER_KIND - 1) : groups;
    const left = groups.slice(shown.length).reduce((sum, group) => sum + group.length, 0);
    return [
      ...shown.map((group) => commandOf(group, folder)),
      ...(isTooMany
        ? [
            `::${severity}::${escapeData(`${counted(left, `more ${severity}`)}: the job's summary lists all of them`)}`,
          ]
        : []),
    ];
  });
}

/** Findings one by one, or those of a rule together, so that as few as needed are grouped. */
function grouped(findings: readonly Finding[]): (readonly [Finding, ...Finding[]])[] {
  const byRule = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const group = byRule.get(finding.rule);
    if (group === undefined) byRule.set(finding.rule, [finding]);
    else group.push(finding);
  }
  const folded = new Set<string>();
  let count = findings.length;
  for (const [rule, group] of [...byRule].sort(([, a], [, b]) => b.length - a.length)) {
    if (count <= SHOWN_PER_KIND) break;
    folded.add(rule);
    count -= group.length - 1;
  }
  return findings.flatMap((finding): (readonly [Finding, ...Finding[]])[] => {
    const group = byRule.get(finding.rule) ?? [finding];
    if (!folded.has(finding.rule)) return [[finding]];
    return group[0] === finding ? [group] : [];
  });
}

function commandOf([first, ...others]: readonly [Finding, ...Finding[]], folder: string): string {
  const named = others.slice(0, NAMED).map(({ at }) => `${at.file}:${at.start.line}`);
  const rest = others.length > NAMED ? [`${others.length - NAMED} other places`] : [];
  const message =
    others.length === 0
      ? first.message
      : `${first.message}\n${counted(others.length, 'more finding')} of this rule: ${[...named, ...rest].join(', ')}`;
  return workflowCommand({ ...first, message, at: { ...first.at, file: inFolder(folder, first.at.file) } });
}

/** A file's path in the repository whose `folder` was checked. */
export const inFolder = (folder: string, file: string): string =>
  folder === '' ? file : `${folder}/${file}`;
