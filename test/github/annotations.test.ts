import { describe, expect, test } from 'vitest';
import { annotationCommands } from '../../src/github/annotations.ts';
import { finding } from '../support/findings.ts';

const NONE = new Set<string>();
const many = (count: number, rule: (index: number) => string) =>
  Array.from({ length: count }, (_, index) =>
    finding(rule(index), `f${String(index).padStart(3, '0')}.yml`, 1),
  );

describe('annotations within what GitHub shows', () => {
  test('as many as fit are told one by one', () => {
    const commands = annotationCommands(
      many(10, () => 'a/one'),
      NONE,
      '',
    );
    expect(commands).toHaveLength(10);
    expect(commands[0]).toBe(
      '::error file=f000.yml,line=1,endLine=1,title=a/one,col=3,endColumn=9::what is wrong in f000.yml',
    );
  });

  test('findings in changed files come first', () => {
    const [first] = annotationCommands(
      many(5, () => 'a/one'),
      new Set(['f004.yml']),
      '',
    );
    expect(first).toContain('file=f004.yml');
  });

  test('the largest group of one rule is told in one', () => {
    const commands = annotationCommands(
      many(14, (index) => (index < 9 ? 'a/often' : `b/rule-${index}`)),
      NONE,
      '',
    );
    expect(commands).toHaveLength(6);
    expect(commands[0]).toContain(
      '%0A8 more findings of this rule: f001.yml:1, f002.yml:1, f003.yml:1, f004.yml:1, f005.yml:1, 3 other places',
    );
  });

  test('the last one says how many more there are', () => {
    const commands = annotationCommands(
      many(40, (index) => `a/rule-${index}`),
      NONE,
      '',
    );
    expect(commands).toHaveLength(10);
    expect(commands.at(-1)).toBe("::error::31 more errors: the job's summary lists all of them");
  });

  test('a file is named as it lies in the repository', () => {
    expect(
      annotationCommands(
        many(1, () => 'a/one'),
        NONE,
        'deploy/demo',
      )[0],
    ).toContain('file=deploy/demo/f000.yml,');
  });
});
