import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseQuery } from '../../src/promql/parse.ts';
import { compileRegex } from '../../src/promql/re2.ts';
import { compileInParser, parserVerdict } from '../../src/promql/wasm.ts';
import { holds } from '../support/property.ts';

/** Parts of regular expressions, most of them of those that need no parser. */
const PARTS =
  'a b ab . .* .+ | \\. \\| / - ( (?: ) )? a? b+ [ab] [a-c]* [0-9] [b-a] \\d \\d{2} ^ $ é x* {2} ]'.split(
    ' ',
  );

const pattern = fc.array(fc.constantFrom(...PARTS, ' '), { maxLength: 8 }).map((parts) => parts.join(''));

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '1', '.', '|', '/', '\n', '\r', '\u2028', ' ', '-', 'é', '😀'), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''));

test("a regular expression takes what the parser's engine takes", () => {
  holds(fc.tuple(pattern, text), ([regex, subject]) => {
    expect(compileRegex(regex)?.matches(subject)).toBe(compileInParser(regex)?.matches(subject));
  });
});

const template = fc
  .array(fc.constantFrom('$1', '${1}', '$0', '$2', '$name', '$1x', '${1}x', '$$', 'a', '-'), { maxLength: 4 })
  .map((parts) => parts.join(''));

test("a template is filled as the parser's engine fills it", () => {
  holds(fc.tuple(pattern, text, template), ([regex, subject, written]) => {
    expect(compileRegex(regex)?.expand(subject, written)).toBe(
      compileInParser(regex)?.expand(subject, written),
    );
  });
});

const operator = fc.constantFrom('=~', '!~', '=', '!=');
const matcher = fc
  .tuple(fc.constantFrom('a', '__name__', '"a=~b"'), operator, pattern)
  .map(([label, op, value]) => `${label}${op}${JSON.stringify(value)}`);
const selector = fc
  .tuple(fc.constantFrom('', 'up'), fc.array(matcher, { maxLength: 3 }))
  .map(([name, matchers]) => `${name}{${matchers.join(', ')}}`);

test('a selector is taken where the parser takes it with its regular expressions', () => {
  holds(fc.tuple(selector, selector), ([left, right]) => {
    const expression = `${left} / ${right}`;
    const { rejection, newer } = parseQuery(expression);
    expect(rejection === undefined && newer === undefined).toBe(parserVerdict(expression).ok);
  });
});
