import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineRule } from '../../src/lint/rule.ts';
import { IDLE_SILENCE } from '../../src/lint/run.ts';
import { child, entries, keyOf } from '../../src/repo/node.ts';
import { checkFiles } from '../support/check.ts';
import { holds } from '../support/property.ts';

const IDS = ['one/a', 'one/b', 'ones/d', 'two/c'];
/** The rule that finds something on the line after the service's own. */
const BELOW = 'two/c';
const TODAY = '2026-01-01';

/** Rules that each find something at every service, so that what is silenced can be told by counting. */
const RULES = IDS.map((id) =>
  defineRule({
    id,
    severity: 'warning',
    summary: '',
    why: '',
    fix: '',
    bad: { files: {}, at: [] },
    good: { files: {} },
    check({ system, report }) {
      for (const file of system.files.of('compose'))
        for (const [name, node] of entries(child(file.node, 'services'))) {
          const at = keyOf(id === BELOW ? child(node, 'image') : node);
          report({ at, message: `${id} at ${name}` });
        }
    },
  }),
);

/** What a silence names, and which rules that is. */
const NAMED: readonly (readonly [written: string, ids: readonly string[]])[] = [
  ['one/a', ['one/a']],
  ['one/b', ['one/b']],
  [' two/c ', ['two/c']],
  ['one/a, two/c', ['one/a', 'two/c']],
  ['one/*', ['one/a', 'one/b']],
  ['two/*,one/b', ['two/c', 'one/b']],
  ['ones/*', ['ones/d']],
  ['*', IDS],
  ['one', []],
  ['', []],
];
const REASONS: readonly (readonly [written: string, isOver: boolean])[] = [
  ['', false],
  [' for a reason', false],
  [' until=2027-03-31', false],
  [` for a reason until=${TODAY}`, false],
  [' until=2025-12-31 and no longer', true],
  [' until=tomorrow', false],
];

const silence = fc.record({
  named: fc.constantFrom(...NAMED),
  reason: fc.constantFrom(...REASONS),
});
const line = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('service' as const), silence: fc.option(silence) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('above' as const), silence }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('file' as const), silence }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'blank' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'remark' as const }) },
);
type Line = typeof line extends fc.Arbitrary<infer One> ? One : never;

/** A compose file of these lines, what is found there that nothing silences, and how many silences are idle. */
function written(lines: readonly Line[], lineEnd: string) {
  interface Active {
    readonly ids: readonly string[];
    isUsed: boolean;
  }
  const silences: Active[] = [];
  const inFile: Active[] = [];
  let above: Active[] = [];
  const made = ({
    named: [, ids],
    reason: [, isOver],
  }: {
    named: (typeof NAMED)[number];
    reason: (typeof REASONS)[number];
  }): Active => {
    const one = { ids: isOver ? [] : ids, isUsed: false };
    silences.push(one);
    return one;
  };
  const comment = (
    scope: string,
    { named, reason }: { named: (typeof NAMED)[number]; reason: (typeof REASONS)[number] },
  ): string => `# monitoring-check: ${scope}[${named[0]}]${reason[0]}`;
  const text = ['services:'];
  const found: { readonly name: string; readonly active: readonly Active[] }[] = [];
  lines.forEach((one, index) => {
    switch (one.kind) {
      case 'blank':
        text.push('');
        break;
      case 'remark':
        text.push('  # what stands here says nothing');
        break;
      case 'above':
        above.push(made(one.silence));
        text.push(`  ${comment('ignore', one.silence)}`);
        break;
      case 'file':
        inFile.push(made(one.silence));
        text.push(`  ${comment('ignore-file', one.silence)}`);
        break;
      case 'service': {
        const own = one.silence === null ? [] : [made(one.silence)];
        found.push({ name: `s${index}`, active: [...above, ...own] });
        above = [];
        text.push(
          `  s${index}: ${one.silence === null ? '' : comment('ignore', one.silence)}`,
          '    image: a:1',
        );
      }
    }
  });
  const left = found.flatMap(({ name, active }) =>
    IDS.filter((id) => {
      const here = id === BELOW ? [] : active;
      const taking = [...here, ...inFile].filter(({ ids }) => ids.includes(id));
      for (const one of taking) one.isUsed = true;
      return taking.length === 0;
    }).map((id) => `${id} at ${name}`),
  );
  return {
    text: `${text.join(lineEnd)}${lineEnd}`,
    left,
    silenced: found.length * IDS.length - left.length,
    idle: silences.filter(({ isUsed }) => !isUsed).length,
  };
}

describe('silences in comments', () => {
  it('take away what they stand at, by the rules that they name, and nothing else', () => {
    const cases = fc.tuple(
      fc
        .array(line, { minLength: 1, maxLength: 9 })
        .filter((lines) => lines.some(({ kind }) => kind === 'service')),
      fc.constantFrom('\n', '\r\n'),
    );
    holds(cases, ([lines, lineEnd]) => {
      const expected = written(lines, lineEnd);
      const { findings, suppressed } = checkFiles(
        { 'compose.yml': expected.text },
        { rules: RULES, today: TODAY },
      );
      const left = findings.filter(({ rule }) => rule !== IDLE_SILENCE).map(({ message }) => message);
      expect(left.sort()).toEqual(expected.left.sort());
      expect(suppressed).toBe(expected.silenced);
      expect(findings.filter(({ rule }) => rule === IDLE_SILENCE)).toHaveLength(expected.idle);
    });
  });
});

describe('silences in the configuration', () => {
  it('take away what they name: the rule, the file, until a day', () => {
    const FILES = ['compose.yml', 'deploy/compose.yml', 'deploy/.hidden/compose.yml'];
    const GLOBS: readonly (readonly [glob: string, files: readonly string[]])[] = [
      ['compose.yml', ['compose.yml']],
      ['deploy/**', FILES.slice(1)],
      ['*.yml', ['compose.yml']],
      ['**/*.yml', FILES],
      ['deploy/*.yml', ['deploy/compose.yml']],
      ['other.yml', []],
    ];
    const entry = fc.record({
      rule: fc.constantFrom(...IDS, 'one/*'),
      glob: fc.option(fc.constantFrom(...GLOBS)),
      until: fc.option(fc.constantFrom(TODAY, '2025-06-30')),
    });
    holds(fc.array(entry, { maxLength: 4 }), (ignored) => {
      const config = {
        ignore: ignored.map(({ rule, glob, until }) => ({
          rule,
          reason: 'it is known',
          ...(glob === null ? {} : { file: glob[0] }),
          ...(until === null ? {} : { until }),
        })),
      };
      const repository = Object.fromEntries(FILES.map((path) => [path, 'services: {api: {image: "a:1"}}\n']));
      const { findings } = checkFiles(
        { ...repository, 'monitoring-check.yml': JSON.stringify(config) },
        { rules: RULES, today: TODAY },
      );
      const takes = (id: string, file: string): typeof ignored =>
        ignored.filter(
          ({ rule, glob, until }) =>
            (rule === id || (rule === 'one/*' && id.startsWith('one/'))) &&
            (glob === null || glob[1].includes(file)) &&
            until !== '2025-06-30',
        );
      const left = FILES.flatMap((file) =>
        IDS.filter((id) => takes(id, file).length === 0).map((id) => `${file} ${id}`),
      );
      const used = new Set(FILES.flatMap((file) => IDS.flatMap((id) => takes(id, file))));
      expect(
        findings
          .filter(({ rule }) => rule !== IDLE_SILENCE)
          .map(({ at, rule }) => `${at.file} ${rule}`)
          .sort(),
      ).toEqual(left.sort());
      expect(findings.filter(({ rule }) => rule === IDLE_SILENCE)).toHaveLength(ignored.length - used.size);
    });
  });
});
