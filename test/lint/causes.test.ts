import { expect, test } from 'vitest';
import { defineRule, type Report, type Rule, type RuleContext } from '../../src/lint/rule.ts';
import { child, keyOf, type Place } from '../../src/repo/node.ts';
import { checkFiles } from '../support/check.ts';

const FILES = {
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
  db:
    image: example/db:1.0
  cache:
    image: example/cache:1.0
`,
};

/** A rule that speaks of one service, as of something that may follow from others. */
function ruleOf(
  name: string,
  severity: Rule['severity'],
  service: string,
  followsFrom?: readonly string[],
): Rule {
  const example = { files: {}, at: [] };
  const placeOf = ({ system }: RuleContext, of: string): Place => {
    const [file] = system.files.of('compose');
    if (file === undefined) throw new Error('the compose file is not read');
    return keyOf(child(file.node, 'services', of));
  };
  return defineRule({
    id: `test/${name}`,
    severity,
    summary: '',
    why: '',
    fix: '',
    bad: example,
    good: example,
    check(context) {
      const report: Report = { at: placeOf(context, service), message: name };
      context.report(
        followsFrom === undefined
          ? report
          : { ...report, followsFrom: followsFrom.map((of) => placeOf(context, of)) },
      );
    },
  });
}

const found = (rules: readonly Rule[], severities: readonly (readonly [string, 'notice'])[] = []): string[] =>
  checkFiles(FILES, { rules, severities: new Map(severities) }).findings.map(
    ({ severity, message }) => `${severity} ${message}`,
  );

test('a finding is left out where another rule found its cause', () => {
  const rules = [ruleOf('cause', 'error', 'api'), ruleOf('consequence', 'warning', 'db', ['api'])];
  expect(found(rules)).toEqual(['error cause']);
  expect(found([...rules].reverse())).toEqual(['error cause']);
});

test('a finding stays where nothing was found at what it may follow from', () => {
  expect(found([ruleOf('alone', 'warning', 'db', ['api'])])).toEqual(['warning alone']);
});

test('a cause is as severe as the worst that follows from it', () => {
  const rules = [
    ruleOf('cause', 'notice', 'api'),
    ruleOf('bad', 'warning', 'db', ['api']),
    ruleOf('worst', 'error', 'cache', ['api']),
  ];
  expect(found(rules)).toEqual(['error cause']);
});

test('a cause whose severity the user gives does not hide what is worse', () => {
  const rules = [ruleOf('cause', 'warning', 'api'), ruleOf('consequence', 'error', 'db', ['api'])];
  expect(found(rules, [['test/cause', 'notice']])).toEqual(['notice cause', 'error consequence']);
});

test('what follows from something may itself be a cause', () => {
  const rules = [
    ruleOf('last', 'error', 'cache', ['db']),
    ruleOf('middle', 'warning', 'db', ['api']),
    ruleOf('first', 'warning', 'api'),
  ];
  expect(found(rules.slice(0, 2))).toEqual(['error middle']);
  expect(found(rules)).toEqual(['error first']);
});

test('of two that would follow from one another, one stays', () => {
  const rules = [ruleOf('one', 'error', 'api', ['db']), ruleOf('other', 'error', 'db', ['api'])];
  expect(found(rules)).toHaveLength(1);
});
