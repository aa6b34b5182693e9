import { RULES } from '../../rules/index.ts';
import type { Severity } from '../../src/config/config.ts';
import type { Finding } from '../../src/lint/finding.ts';
import { applyFixes } from '../../src/lint/fix.ts';
import { checkFiles, checkWithTools, oneLine, type Repository } from '../support/check.ts';
import { fixtureFiles } from '../support/fixtures.ts';
import { MUTATORS } from './mutators/index.ts';
import type { Changes, Mutator } from './mutators/mutator.ts';
import { toolMutators } from './mutators/tools.ts';

/** A mutant of a stack, and what was found in it. */
export interface Verdict {
  readonly name: string;
  readonly wanted: readonly string[];
  readonly found: readonly string[];
  /** The rules that should find it and did. */
  readonly right: readonly string[];
  /** Whether anything was found, whether by the right rule, and whether nothing was besides. */
  readonly isCaught: boolean;
  readonly isRight: boolean;
  readonly isAlone: boolean;
}

/** Breaks a stack in every way that fits it, or in those whose names hold a text, one at a time, and checks each. */
export function judge(fixture: string, part = ''): Verdict[] {
  const files = fixtureFiles(fixture);
  const unbroken = new Set(checkFiles(files, { severities: STRICT }).findings.map(keyOf));
  const chosen = MUTATORS.filter(({ name }) => name.includes(part));
  return mutantsOf(fixture, files, chosen).map((mutant) =>
    verdictOn(mutant, checkFiles(mutant.files, { severities: askedBy(mutant.mutator) }).findings, unbroken),
  );
}

/** The same for what only promtool and amtool see. */
export async function judgeWithTools(fixture: string): Promise<Verdict[]> {
  const files = fixtureFiles(fixture);
  const unbroken = new Set((await checkWithTools(files)).findings.map(keyOf));
  const verdicts: Verdict[] = [];
  for (const mutant of mutantsOf(fixture, files, toolMutators))
    verdicts.push(verdictOn(mutant, (await checkWithTools(mutant.files)).findings, unbroken));
  return verdicts;
}

/** A mutant that was mended by the fixes of what was found in it. */
export interface Mending {
  readonly name: string;
  /** What is still found, or found only now. */
  readonly left: readonly string[];
  /** Whether its files are what they were before they were broken. */
  readonly isAsBefore: boolean;
}

/** Mends every mutant of a stack that can be mended, and checks it again. */
export function mendingsOf(fixture: string): Mending[] {
  const files = fixtureFiles(fixture);
  const unbroken = new Set(checkFiles(files, { severities: STRICT }).findings.map(keyOf));
  return mutantsOf(fixture, files, MUTATORS).flatMap((mutant): Mending[] => {
    const severities = askedBy(mutant.mutator);
    const found = checkFiles(mutant.files, { severities }).findings;
    const fixable = found.filter((finding) => finding.fix !== undefined && !unbroken.has(keyOf(finding)));
    if (fixable.length === 0) return [];
    const fixed = applyFixes(fixable, (path) => textOf(mutant.files[path])).files;
    const mended = Object.fromEntries([...fixed].map(([path, { after }]) => [path, after]));
    const mendable = new Set(fixable.map(keyOf));
    const before = new Set([...unbroken, ...found.map(keyOf)]);
    const left = checkFiles({ ...mutant.files, ...mended }, { severities }).findings.filter(
      (finding) => mendable.has(keyOf(finding)) || !before.has(keyOf(finding)),
    );
    return [
      {
        name: mutant.name,
        left: left.map(oneLine),
        isAsBefore: Object.entries(mended).every(([path, text]) => files[path] === text),
      },
    ];
  });
}

const textOf = (content: string | Uint8Array | undefined): string | undefined =>
  typeof content === 'string' ? content : undefined;

interface Mutant {
  readonly name: string;
  readonly mutator: Mutator;
  readonly files: Repository;
}

function mutantsOf(fixture: string, files: Repository, mutators: readonly Mutator[]): Mutant[] {
  const decoder = new TextDecoder();
  const texts = new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string' ? content : decoder.decode(content),
    ]),
  );
  return mutators.flatMap((mutator) => {
    const changed = mutator.edit(texts);
    return changed === undefined
      ? []
      : [{ name: `${fixture} ${mutator.name}`, mutator, files: changedBy(files, changed) }];
  });
}

/** The files of a mutant. A folder takes the place of the file of its name. */
const changedBy = (files: Repository, changes: Changes): Repository =>
  Object.fromEntries(
    Object.entries({ ...files, ...changes }).flatMap(([path, content]) =>
      content === undefined || `${path}/` in changes ? [] : [[path, content]],
    ),
  );

/** The rules that are off unless they are asked for, which a mutant of theirs does. */
const STRICT: ReadonlyMap<string, Severity> = new Map(
  RULES.filter(({ preset }) => preset === 'strict').map(({ id, severity }) => [id, severity]),
);

const askedBy = ({ rules }: Mutator): ReadonlyMap<string, Severity> =>
  new Map([...STRICT].filter(([id]) => rules.includes(id)));

function verdictOn(
  { name, mutator: { rules } }: Mutant,
  all: readonly Finding[],
  unbroken: ReadonlySet<string>,
): Verdict {
  const findings = all.filter(
    (finding) =>
      !unbroken.has(keyOf(finding)) &&
      // An alert that a mutator writes has no test: that is true, and not what it is about.
      !(finding.rule === 'tests/untested-alert' && finding.message.includes('names Mutant')),
  );
  return {
    name,
    wanted: rules,
    found: findings.map(oneLine),
    right: rules.filter((wanted) => findings.some(({ rule }) => rule === wanted)),
    isCaught: findings.length > 0,
    isRight: findings.some(({ rule }) => rules.includes(rule)),
    isAlone: findings.length === 1,
  };
}

/** A finding wherever it has moved to. */
const keyOf = ({ rule, at, message }: Finding): string => [rule, at.file, message].join('\0');
