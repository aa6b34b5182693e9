import { describe, expect, test } from 'vitest';
import { checkFiles, oneLine } from '../support/check.ts';
import { FIXTURES, fixtureFiles } from '../support/fixtures.ts';
import { bringDashboard } from './mutators/brought-dashboard.ts';
import { bringCollector, bringLoki, bringPromtail, bringTempo } from './mutators/brought-telemetry.ts';
import type { Edit } from './mutators/mutator.ts';

/** What is found in a reference stack to which something was brought; undefined where it has that already. */
function foundWith(fixture: string, bring: Edit): string[] | undefined {
  const files = fixtureFiles(fixture);
  const texts = new Map(
    Object.entries(files).flatMap(([path, content]) =>
      typeof content === 'string' ? [[path, content]] : [],
    ),
  );
  const brought = bring(texts);
  return brought && checkFiles({ ...files, ...brought } as typeof files).findings.map(oneLine);
}

describe.each(FIXTURES)('of what mutators bring to %s nothing is wrong before they break it:', (fixture) => {
  test.each([
    ['a dashboard', bringDashboard()],
    ['Loki', bringLoki()],
    ['Tempo', bringTempo()],
    ['a collector', bringCollector()],
  ])('%s', (_name, bring) => {
    expect(foundWith(fixture, bring) ?? []).toEqual([]);
  });

  test('Promtail, but for its age', () => {
    for (const finding of foundWith(fixture, bringPromtail()) ?? [])
      expect(finding).toContain('promtail/end-of-life');
  });
});
