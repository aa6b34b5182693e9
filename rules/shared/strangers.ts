import { onceOf } from '../../src/once.ts';
import { child, type Node } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Rule } from '../../src/stack/rules.ts';
import type { System } from '../../src/stack/system.ts';
import { testedAlerts } from '../../src/stack/tested.ts';
import { type AlertTest, isOfOthers, type RuleTestFile } from '../../src/stack/tests.ts';
import { nearest } from '../../src/words.ts';

/** A name that is used and that nothing bears. */
export interface Stranger {
  readonly name: string;
  /** Where it is used first. */
  readonly node: Node;
}

/**
 * Of names that nothing bears, those that may be meant for one that nobody uses: it is the nearest to them,
 * or they are the only ones of their kinds.
 */
export function meantFor<Named extends Stranger>(
  orphan: string,
  strangers: readonly Named[],
  orphans: readonly string[],
): Named[] {
  const names = new Set(strangers.map(({ name }) => name));
  const isOnly = names.size === 1 && orphans.length === 1;
  return strangers.filter(({ name }) => isOnly || nearest(name, orphans) === orphan);
}

/** An alert that tests of a file are about and that none of its rule files defines. */
export interface UnknownAlert extends Stranger {
  readonly testFile: RuleTestFile;
  readonly tests: readonly [AlertTest, ...AlertTest[]];
  /** The alerts that the file can be about. */
  readonly alerts: ReadonlyMap<string, Rule>;
}

/** The alerts that rule unit tests name and that nothing defines, each once for each file of tests. */
export const unknownAlerts: (system: System) => readonly UnknownAlert[] = onceOf((system) =>
  system.ruleTests.flatMap((testFile) => {
    const alerts = testedAlerts(system, testFile);
    if (alerts === undefined || isOfOthers(testFile.file.path)) return [];
    const byName = new Map<string, [AlertTest, ...AlertTest[]]>();
    for (const test of testFile.alertTests) {
      const { alertname } = test;
      if (alertname === '' || isUnknown(alertname) || alerts.has(alertname)) continue;
      const earlier = byName.get(alertname);
      if (earlier === undefined) byName.set(alertname, [test]);
      else earlier.push(test);
    }
    return [...byName].map(([name, tests]) => ({
      name,
      node: child(tests[0].node, 'alertname'),
      testFile,
      tests,
      alerts,
    }));
  }),
);
