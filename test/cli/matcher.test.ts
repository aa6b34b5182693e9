import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { prettyReport } from '../../src/report/pretty.ts';
import { checkFiles } from '../support/check.ts';
import { finding } from '../support/findings.ts';

interface Matcher {
  readonly problemMatcher: readonly { readonly pattern: readonly { readonly regexp: string }[] }[];
}

test.each([false, true])('the problem matcher reads the report, colours or not: %s', (color) => {
  const matcher = JSON.parse(readFileSync('.github/monitoring-check-matcher.json', 'utf8')) as Matcher;
  const [head, body] = (matcher.problemMatcher[0]?.pattern ?? []).map(({ regexp }) => new RegExp(regexp));
  const findings = [
    finding('compose/no-healthcheck', 'a b/compose.yml', 12, { severity: 'warning', message: 'it is so' }),
  ];
  const lines = prettyReport({ ...checkFiles({}), findings }, { color, width: 100, quiet: false }).split(
    '\n',
  );
  expect(head?.exec(lines[0] ?? '')?.slice(1)).toEqual([
    'warning',
    'compose/no-healthcheck',
    'a b/compose.yml',
    '12',
    '3',
  ]);
  expect(body?.exec(lines[1] ?? '')?.[1]).toBe('it is so');
});
