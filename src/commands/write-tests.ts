import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { refuseToWriteThroughLink, repositoryRoot, writeWithin } from '../repo/links.ts';
import { UsageError } from '../usage.ts';
import { type Kept, type KeptTests, WRITTEN_BY } from '../verify/drill/kept.ts';
import { counted, shortList } from '../words.ts';

/**
 * Writes tests into a folder, one file for each rule file of the checked `directory`; the result is what
 * was done, a line each. Throws a `UsageError`, before anything is written, where a file is in the way
 * that was not written here.
 */
export function writeTests({ tests, leftOut }: Kept, folder: string, directory: string): string[] {
  const target = resolve(folder);
  if (existsSync(target) && !statSync(target).isDirectory())
    throw new UsageError(`${folder} is not a directory, for --write-tests`);
  const named = tests.map((one) => ({ one, file: join(target, fileName(one, tests)) }));
  const root = repositoryRoot(directory);
  for (const { file } of named) {
    refuseToWriteThroughLink(file, root, shown(file));
    if (existsSync(file) && !readFileSync(file, 'utf8').startsWith(WRITTEN_BY))
      throw new UsageError(
        `${shown(file)} was not written by monitoring-check and is left alone; nothing was written`,
      );
  }
  mkdirSync(target, { recursive: true });
  const lines = named.map(({ one, file }) => {
    const paths = one.loads.map((path) => slashed(relative(dirname(file), resolve(directory, path))));
    writeWithin(root, file, shown(file), one.text(paths));
    return `${shown(file)}: ${counted(one.rules.length, 'test')} of ${one.ruleFile}`;
  });
  const reasons = new Map<string, string[]>();
  for (const { rule, reason } of leftOut) reasons.set(reason, [...(reasons.get(reason) ?? []), rule.name]);
  return [
    ...lines,
    ...[...reasons].map(([reason, names]) => `no test of ${shortList(names)} is kept: ${reason}`),
  ];
}

const slashed = (path: string): string => path.split(sep).join('/');

const shown = (file: string): string => slashed(relative(process.cwd(), file)) || file;

/** `alerts.yml` is tested by `alerts_test.yml`; of rule files with one name, the folders are told as well. */
function fileName({ ruleFile }: KeptTests, all: readonly KeptTests[]): string {
  const base = (path: string): string => (path.split('/').at(-1) ?? path).replace(/\.[^.]*$/, '');
  const isAlone = all.filter((other) => base(other.ruleFile) === base(ruleFile)).length === 1;
  const stem = isAlone ? base(ruleFile) : ruleFile.replace(/\.[^./]*$/, '').replaceAll('/', '-');
  return `${stem}_test.yml`;
}
