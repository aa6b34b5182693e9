import { describe, expect, test } from 'vitest';
import { RULES } from '../rules/index.ts';
import { PEERS } from '../rules/shared/peers.ts';
import { comparisonPage } from '../scripts/comparison.ts';

const checks = PEERS.flatMap(({ tool, checks: own }) =>
  own.map(({ name, leftOut }) => ({ id: `${tool} ${name}`, leftOut })),
);
const covered = new Set(RULES.flatMap(({ peers }) => peers));

describe('the checks of other tools', () => {
  test.each(checks)('$id is covered by a rule, or left out for a reason', ({ id, leftOut }) => {
    expect(covered.has(id)).toBe(leftOut === undefined);
  });

  test('are each listed once', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });

  test('are the only ones that rules name', () => {
    const known = new Set(checks.map(({ id }) => id));
    expect([...covered].filter((id) => !known.has(id))).toEqual([]);
  });

  test('stand on a page, each in a row with the rules that cover it', () => {
    const page = comparisonPage();
    for (const { id, leftOut } of checks) {
      const name = id.slice(id.indexOf(' ') + 1);
      const row = page.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? '';
      const rule = RULES.find(({ peers }) => peers.includes(id));
      expect(row).toContain(leftOut ?? `(rules/${rule?.id}.md)`);
    }
  });
});
