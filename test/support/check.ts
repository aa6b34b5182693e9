import { spawnSync } from 'node:child_process';
import { type CheckOptions, check, checkStatically } from '../../src/check.ts';
import type { Finding } from '../../src/lint/finding.ts';
import type { Rule } from '../../src/lint/rule.ts';
import { type Disk, memoryDisk } from '../../src/repo/disk.ts';
import type { CheckResult } from '../../src/result.ts';

/** A repository that a test writes down: paths to contents. */
export type Repository = Readonly<Record<string, string | Uint8Array>>;

/** Checks a repository that a test writes down, by all rules or by the given ones. */
export const checkFiles = (files: Repository, options: Partial<CheckOptions> = {}): CheckResult =>
  checkDisk(memoryDisk(files), options);

export function checkDisk(disk: Disk, options: Partial<CheckOptions> = {}): CheckResult {
  return checkStatically({
    disk,
    config: undefined,
    preset: undefined,
    severities: new Map(),
    today: '2026-01-01',
    ...options,
  });
}

/** Findings of one rule, whatever its preset and confidence are. */
export function findingsOf(rule: Rule, files: Repository): readonly Finding[] {
  const severities = new Map([[rule.id, rule.severity]]);
  return checkFiles(files, { rules: [rule], severities }).findings.filter(
    (finding) => finding.rule === rule.id,
  );
}

/** The same with the real promtool and amtool, for rules that report their words. */
export async function findingsWithTools(rule: Rule, files: Repository): Promise<readonly Finding[]> {
  const severities = new Map([[rule.id, rule.severity]]);
  const options: CheckOptions = {
    disk: memoryDisk(files),
    config: undefined,
    preset: undefined,
    severities,
    today: '2026-01-01',
    rules: [rule],
  };
  return (await check(options, { promtool: 'auto', drill: {} })).findings.filter(
    (finding) => finding.rule === rule.id,
  );
}

/** Whether a tool is installed. */
export const hasTool = (name: string): boolean =>
  spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;

/** A finding in one line: `error area/rule file:line:column message`. */
export const oneLine = ({ severity, rule, at, message }: Finding): string =>
  `${severity} ${rule} ${at.file}:${at.start.line}:${at.start.column} ${message}`;
