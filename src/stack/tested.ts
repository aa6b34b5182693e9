import type { Rule } from './rules.ts';
import type { System } from './system.ts';
import type { RuleTestFile } from './tests.ts';

/** The alerts of the rule files that a unit test loads, by name; undefined when not all of these can be read. */
export function testedAlerts(system: System, { ruleFiles }: RuleTestFile): Map<string, Rule> | undefined {
  const paths = ruleFiles.flatMap((entry) => entry.paths);
  const isWhole =
    ruleFiles.length > 0 &&
    ruleFiles.every((entry) => entry.isInside && entry.paths.length > 0) &&
    paths.every((path) => system.files.at(path).some(({ kind, isBroken }) => kind === 'rules' && !isBroken));
  if (!isWhole) return undefined;
  const rules = system.ruleGroups
    .filter(({ file }) => paths.includes(file.path))
    .flatMap((group) => group.rules);
  return new Map(rules.filter(({ kind }) => kind === 'alert').map((rule) => [rule.name, rule]));
}
