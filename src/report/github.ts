import type { Severity } from '../config/config.ts';
import { bySeverity, type Finding } from '../lint/finding.ts';
import type { CheckResult } from '../result.ts';
import { printable } from './text.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', notice: 'notice' };

/** GitHub Actions workflow commands, one for each finding, the worst first (GitHub documentation, "Workflow commands"). */
export function githubReport(result: CheckResult): string {
  return [...result.findings]
    .sort(bySeverity)
    .map((finding) => `${workflowCommand(finding)}\n`)
    .join('');
}

/** One finding as a workflow command that annotates its line. */
export function workflowCommand({ severity, rule, message, help, at }: Finding): string {
  const properties: Record<string, string | number> = {
    file: at.file,
    line: at.start.line,
    endLine: at.end.line,
    title: rule,
    // GitHub takes columns only of a stretch within one line.
    ...(at.start.line === at.end.line ? { col: at.start.column, endColumn: at.end.column } : {}),
  };
  const list = Object.entries(properties).map(
    ([key, value]) => `${key}=${escapeProperty(printable(String(value)))}`,
  );
  return `::${COMMANDS[severity]} ${list.join(',')}::${escapeData(printable(help === undefined ? message : `${message}\n${help}`))}`;
}

/** What a command's message may not hold as it is. */
export const escapeData = (text: string): string =>
  text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');

/** What a command's property may not hold as it is. */
export const escapeProperty = (text: string): string =>
  escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
