import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, canonicalMatcher } from '../../src/promql/canonical.ts';
import { parsePanelQuery } from '../../src/promql/grafana.ts';
import { parseQuery, type Query } from '../../src/promql/parse.ts';
import { type Expr, walk } from '../../src/promql/tree.ts';
import { parserVerdict } from '../../src/promql/wasm.ts';
import { selectorExpressions, vectorExpressions } from '../support/promql.ts';
import { holds } from '../support/property.ts';

const word = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

/** Operators without parentheses between them, signs, offsets and times: what the shape of a tree hangs on. */
const chained = fc
  .array(
    fc.tuple(
      word('', '', '-', '+', '- -'),
      fc.oneof(
        selectorExpressions,
        word(
          '1',
          '0.5',
          '1e3',
          '0x1F',
          'Inf',
          'vector(1)',
          '5m',
          '1_000',
          '(-1)',
          '(-a)',
          '(a + b)',
          'sum(a)',
        ),
      ),
      word('', '', '', ' offset 5m', ' offset -1h', ' @ 100', ' @ start()', '^2', ' ^ 3 ^ a'),
      word('+', '-', '*', '/', '%', '^', '==', '!= bool', '>', '<=', 'and', 'or', 'unless', 'atan2'),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) =>
    parts
      .map(
        ([sign, operand, after, op], index) =>
          `${sign}${operand}${after}${index < parts.length - 1 ? ` ${op} ` : ''}`,
      )
      .join(''),
  );

const expressions = fc.oneof(vectorExpressions, chained).filter((text) => text.length < 400);

/** The tree of an expression that Prometheus takes. */
function accepted(text: string): (Query & { readonly tree: Expr }) | undefined {
  const query = parseQuery(text);
  return query.tree === undefined || query.rejection !== undefined
    ? undefined
    : { ...query, tree: query.tree };
}

/** An expression with a time whose value is not told has a form of its own each time. */
const isOpaque = (tree: Expr): boolean => canonical(tree).includes('?');

/** What stands between two tokens, and means nothing. */
const filler = word(' ', '  ', '\n', '\t', '\r\n', ' # a comment, with "quotes" and (\n');

/** The tokens of an expression, each with whether white space stood before it. */
const tokensOf = (text: string): [string, boolean][] =>
  [...text.matchAll(/(\s*)("(?:[^"\\]|\\.)*"|[\w:.]+|[=!<>]=|[=!]~|\S)/g)].map(
    ([, blank = '', token = '']) => [token, blank !== ''],
  );

describe('expressions of PromQL', () => {
  it('are mostly such as Prometheus takes', () => {
    // Otherwise the properties below would hold of nothing.
    const texts = fc.sample(expressions, { numRuns: 500, seed: 1 });
    expect(texts.filter((text) => accepted(text) !== undefined).length).toBeGreaterThan(300);
  });

  it('are rejected only where promql-parser rejects them', () => {
    holds(expressions, (text) => {
      if (parserVerdict(text).ok) expect(parseQuery(text).rejection, text).toBeUndefined();
    });
  });

  it('are parsed again as printed: the same tree, type and selectors', () => {
    holds(expressions, (text) => {
      const query = accepted(text);
      if (query === undefined || isOpaque(query.tree)) return;
      const printed = accepted(canonical(query.tree));
      expect(printed, canonical(query.tree)).toBeDefined();
      if (printed === undefined) return;
      expect(canonical(printed.tree)).toBe(canonical(query.tree));
      expect(printed.type).toBe(query.type);
      const selectors = ({ selectors }: Query): string[] =>
        selectors.map(({ matchers }) => [...new Set(matchers.map(canonicalMatcher))].sort().join()).sort();
      expect(selectors(printed)).toEqual(selectors(query));
    });
  });

  it('say of each part where it stands: alone, that stretch of the text is that part', () => {
    holds(expressions, (text) => {
      const tree = accepted(text)?.tree;
      if (tree === undefined) return;
      for (const part of walk(tree)) {
        if (isOpaque(part)) continue;
        const own = text.slice(part.span.start, part.span.end);
        const alone = parseQuery(own).tree;
        expect(alone && canonical(alone), `"${own}" in ${text}`).toBe(canonical(part));
      }
    });
  });

  it('are the same with other white space and comments', () => {
    const spaced = expressions.chain((text) => {
      const tokens = tokensOf(text);
      return fc
        .array(fc.option(filler, { nil: '' }), { minLength: tokens.length, maxLength: tokens.length })
        .map((fillers) => ({
          text,
          other: tokens
            .map(([token, isApart], index) => {
              const isWord = /^[\w.]/.test(token) && /[\w.]$/.test(tokens[index - 1]?.[0] ?? '');
              const own = fillers[index] as string;
              return `${own === '' && isApart && isWord ? ' ' : isApart ? own : ''}${token}`;
            })
            .join(''),
        }));
    });
    holds(spaced, ({ text, other }) => {
      const [one, two] = [parseQuery(text), parseQuery(other)];
      expect(two.rejection?.kind, other).toBe(one.rejection?.kind);
      if (one.tree !== undefined && two.tree !== undefined && !isOpaque(one.tree))
        expect(canonical(two.tree)).toBe(canonical(one.tree));
    });
  });
});

describe('expressions of panels', () => {
  /** What a variable can stand for, and how it may be written there. */
  const PLACES: readonly (readonly [RegExp, readonly string[]])[] = [
    // The value of a matcher.
    [/(?<=[=~]")[^"]*(?=")/g, ['$job', '${job}', '${job:regex}', '[[job]]', '.*$job', '$job|other', '$a$b']],
    // A window.
    [/(?<=\[)5m(?=\])/g, ['$__rate_interval', '$__interval', '${window}', '[[window]]', '$__range']],
    // Labels to group by.
    [/(?<=\b(?:by|without) \()[\w, ]+(?=\))/g, ['$label', '${label}', 'job, $label', '${labels:csv}']],
    // A metric.
    [/\b(?:a|b|up|c_total)\b(?=\{)/g, ['$metric', '${metric}', '[[metric]]', 'prefix_$metric']],
    // A number that something is compared with.
    [/(?<=[=><] )(?:-?\d[\d.]*)$/g, ['$limit', '${limit}', '[[limit]]', '${limit:raw}']],
  ];

  const withVariables = vectorExpressions
    .filter((text) => text.length < 300 && accepted(text) !== undefined)
    .chain((text) =>
      fc
        .array(fc.tuple(fc.nat(PLACES.length - 1), fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 3 })
        .map((picks) => ({ text, ...replaced(text, picks) })),
    );

  /** The text with variables in some places, and where each offset of the text is in it. */
  function replaced(text: string, picks: readonly (readonly [number, number, number])[]) {
    const changes = new Map<number, { readonly end: number; readonly variable: string }>();
    for (const [place, which, form] of picks) {
      const [pattern, forms] = PLACES[place] as (typeof PLACES)[number];
      const matches = [...text.matchAll(pattern)];
      const match = matches[which % Math.max(1, matches.length)];
      if (match === undefined) continue;
      const variable = forms[form % forms.length] as string;
      changes.set(match.index, { end: match.index + match[0].length, variable });
    }
    let written = '';
    let at = 0;
    const offsets = new Map<number, number>();
    for (const [start, { end, variable }] of [...changes].sort(([one], [other]) => one - other)) {
      for (; at < start; at++) {
        offsets.set(at, written.length);
        written += text[at];
      }
      offsets.set(at, written.length);
      written += variable;
      at = end;
    }
    for (; at <= text.length; at++) {
      offsets.set(at, written.length);
      written += text[at] ?? '';
    }
    return { written, offsets };
  }

  it('are not rejected for a variable that may hold what makes them right', () => {
    holds(withVariables, ({ text, written }) => {
      expect(parsePanelQuery(written).query.rejection, `${written} for ${text}`).toBeUndefined();
    });
  });

  it('have each of their parts where it is written', () => {
    holds(withVariables, ({ text, written, offsets }) => {
      const { query, toWritten } = parsePanelQuery(written);
      const tree = accepted(text)?.tree;
      if (query.tree === undefined || tree === undefined) return;
      const [parts, others] = [[...walk(query.tree)], [...walk(tree)]];
      if (parts.length !== others.length) return;
      parts.forEach((part, index) => {
        const { start, end } = (others[index] as Expr).span;
        expect(toWritten(part.span), written).toEqual({ start: offsets.get(start), end: offsets.get(end) });
      });
    });
  });
});
