import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from '../../src/promql/canonical.ts';
import { readPlain } from '../../src/promql/plain-syntax.ts';
import { readByGrammar } from '../../src/promql/syntax.ts';
import { checkTypes } from '../../src/promql/types.ts';
import { parserVerdict } from '../../src/promql/wasm.ts';
import { corpusRows, hasCorpus } from '../support/corpus.ts';
import { holds, soup } from '../support/property.ts';

/** What is read without the grammar has the tree that the grammar gives it; the result is whether it was read. */
function agrees(text: string): boolean {
  const tree = readPlain(text);
  if (tree !== undefined) expect(readByGrammar(text), text).toStrictEqual({ tree, isPlain: false });
  return tree !== undefined;
}

/** Expressions that are mostly whole, with odd spaces and words. */
const expression: fc.Arbitrary<string> = fc.letrec<{ expr: string }>((tie) => {
  const expr = tie('expr');
  const space = fc.constantFrom('', ' ', '\n  ');
  const joined = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
    fc
      .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
      .map((texts) => texts.join(''));
  const name = fc.constantFrom(
    'up',
    'a:b',
    'by',
    'sum',
    'rate',
    'on',
    'offset',
    'start',
    'e1',
    'inf',
    'count',
  );
  const label = fc.constantFrom('job', 'le', 'by', 'on', 'a:b', 'sum', '"x"');
  const value = fc.constantFrom('"a"', "'b'", '`c`', '"\\n\\""', "'\\q'", '"a|b.*"');
  const matchOp = fc.constantFrom('=', '!=', '=~', '!~', '==');
  const matchers = fc
    .array(joined(label, space, matchOp, space, value), { maxLength: 3 })
    .map((list) => `{${list.join(', ')}}`);
  const labels = fc.array(label, { maxLength: 2 }).map((list) => `(${list.join(', ')})`);
  const duration = fc.constantFrom(
    '5m',
    '1h30m',
    '0',
    '300',
    '5m1h',
    '-5m',
    '1.5h',
    '010',
    'step()',
    '5m * 2',
  );
  const number = fc.constantFrom(
    '1',
    '-1',
    '- 1',
    '+1',
    '0.5',
    '.5',
    '1e3',
    '0x1F',
    '007',
    '5m',
    '1_000',
    'Inf',
    '1e999',
  );
  const operator = fc.constantFrom(
    ...'+ - * / % ^ == != > < >= <= and or unless atan2 AND </ >/ =~'.split(' '),
  );
  const matching = joined(
    fc.constantFrom(' on ', ' ignoring', ' bool ', ' bool on'),
    labels,
    fc.constantFrom('', ' group_left', ' group_right ', ' group_left(x)', ' group_left ()', ' fill(0)'),
    ' ',
  );
  return {
    expr: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      joined(name, fc.oneof(fc.constant(''), matchers)),
      matchers,
      number,
      value,
      joined('(', space, expr, space, ')'),
      joined(fc.constantFrom('-', '+', '- '), expr),
      joined(expr, space, operator, fc.oneof(space, matching), expr),
      joined(expr, '[', space, duration, ']'),
      joined(expr, '[', duration, ':', fc.oneof(fc.constant(''), duration), ']'),
      joined(expr, ' ', fc.constantFrom('offset ', 'OFFSET '), duration),
      joined(expr, fc.constantFrom(' @ 1609746000', '@start()', ' @ end( )', ' @ -1', ' smoothed', ' # x\n')),
      joined(
        fc.constantFrom('rate', 'time', 'absent', 'start', 'info', 'label_join', 'nope'),
        space,
        '(',
        expr,
        ')',
      ),
      joined('clamp(', expr, space, ', ', expr, ')'),
      joined(fc.constantFrom('sum', 'TOPK', 'count_values'), space, '(', expr, ')'),
      joined('sum', fc.constantFrom(' by ', ' without', ' BY'), labels, '(', expr, ')'),
      joined('max(', expr, ') ', fc.constantFrom('by', 'without '), labels),
    ),
  };
}).expr;

test('an expression that is read without the grammar has the tree that the grammar gives it', () => {
  let count = 0;
  holds(expression, (text) => {
    if (agrees(text)) count++;
  });
  // Otherwise nothing was compared.
  expect(count).toBeGreaterThan(50);
});

test('an operator behind a range, an offset or an @ binds as it does elsewhere', () => {
  const operand = fc.constantFrom(
    'a',
    'b offset 5m',
    'c @ 1',
    'd[5m:1m]',
    '-a',
    '-b offset 5m',
    'a offset 5m @ 1',
  );
  const operator = fc.constantFrom(...'or and == + - * / ^'.split(' '));
  let count = 0;
  holds(fc.tuple(operand, fc.array(fc.tuple(operator, operand), { maxLength: 5 })), ([first, rest]) => {
    const text = [first, ...rest.flat()].join(' ');
    if (agrees(text)) count++;
    const grouped = (source: string): string => {
      const syntax = readByGrammar(source);
      return 'tree' in syntax ? canonical(syntax.tree) : '';
    };
    // Without what stands behind an operand, operators bind the same.
    const bare = (source: string): string =>
      source.replace(/ offset 5m| offset 300| @ 1|\[5m:1m\]|\[300:60\]/g, '');
    expect(bare(grouped(text)), text).toBe(grouped(bare(text)));
  });
  expect(count).toBeGreaterThan(50);
});

test('an expression that is read without the grammar, and whose types fit, is one to the parser', () => {
  holds(expression, (text) => {
    const tree = readPlain(text);
    if (tree !== undefined && checkTypes(tree).faults.length === 0)
      expect(parserVerdict(text), text).toMatchObject({ ok: true });
  });
});

test('so has one that is put together at random', () => {
  const parts =
    '( ) [ ] { } , : = != =~ " \' a b sum by on offset rate 5m 1 - + ^ * and @ start() # bool'.split(' ');
  holds(soup([...parts, ' ', 'up', '"x"']), (text) => void agrees(text));
});

test.skipIf(!hasCorpus)('nearly every expression of the corpus is read without the grammar', () => {
  const rows = corpusRows<{ expr: string; kind: string }>('expressions.jsonl');
  const rules = rows.filter(({ kind }) => kind === 'rule');
  const read = rules.filter(({ expr }) => agrees(expr));
  for (const { expr } of rows) agrees(expr);
  console.log(`${read.length} of ${rules.length} rules' expressions read without the grammar`);
  expect(read.length / rules.length).toBeGreaterThan(0.95);
});
