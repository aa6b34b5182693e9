import { spawnSync } from 'node:child_process';
import { RULES } from '../../rules/index.ts';
import { type CheckOptions, check, checkStatically } from '../../src/check.ts';
import type { Finding } from '../../src/lint/finding.ts';
import type { Rule } from '../../src/lint/rule.ts';
import { type Disk, memoryDisk } from '../../src/repo/disk.ts';
import type { CheckResult } from '../../src/result.ts';

/** A repository that a test writes down: paths to contents. */
export type Repository = Readonly<Record<string, string | Uint8Array>>;

const DEFAULTS: Omit<CheckOptions, 'disk'> = {
  config: undefined,
  preset: undefined,
  severities: new Map(),
  today: '2026-01-01',
};

/** Checks a repository that a test writes down, by all rules or by the given ones. */
export const checkFiles = (files: Repository, options: Partial<CheckOptions> = {}): CheckResult =>
  checkDisk(memoryDisk(files), options);

export const checkDisk = (disk: Disk, options: Partial<CheckOptions> = {}): CheckResult =>
  checkStatically({ ...DEFAULTS, disk, ...options });

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
  const { findings } = await checkWithTools(files, { rules: [rule], severities });
  return findings.filter((finding) => finding.rule === rule.id);
}

/** Checks a repository with the promtool and amtool of this machine. */
export const checkWithTools = (
  files: Repository,
  options: Partial<CheckOptions> = {},
): Promise<CheckResult> =>
  check({ ...DEFAULTS, disk: memoryDisk(files), ...options }, { promtool: 'auto', drill: {} });

/** Whether a tool is installed; `compose` is docker's. */
export const hasTool = (name: string): boolean =>
  (name === 'compose'
    ? spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' })
    : spawnSync(name, ['--version'], { stdio: 'ignore' })
  ).status === 0;

/** The findings in a repository by the rules of some areas, in one line each. */
export function foundIn(files: Repository, ...areas: readonly string[]): string[] {
  const rules = RULES.filter(({ id }) => areas.some((area) => id === area || id.startsWith(`${area}/`)));
  return checkFiles(files, { rules })
    .findings.filter(({ rule }) => rules.some(({ id }) => id === rule))
    .map(oneLine);
}

/** A finding in one line: `error area/rule file:line:column message`. */
export const oneLine = ({ severity, rule, at, message }: Finding): string =>
  `${severity} ${rule} ${at.file}:${at.start.line}:${at.start.column} ${message}`;
