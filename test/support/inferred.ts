import { type Domain, NO_LABELS } from '../../src/promql/domain.ts';
import { described, type Inferred, inference } from '../../src/promql/labelsets.ts';
import { parseQuery } from '../../src/promql/parse.ts';
import type { Expr } from '../../src/promql/tree.ts';

/** The tree of an expression of a test. */
export function treeOf(text: string): Expr {
  const { tree } = parseQuery(text);
  if (tree === undefined) throw new Error(`${text} is no PromQL`);
  return tree;
}

/** What is inferred where nothing is known but the expression. */
export const infer = inference({
  recorded: () => undefined,
  scraped: () => ({ ...NO_LABELS, others: 'unknown' }),
  trustsGrouping: false,
});

/** The labels of an expression's results in one line: `job="api", some region, maybe zone, no __name__, any others`. */
export function labelsOf(text: string): string {
  const { known, others } = infer(treeOf(text)).labels;
  const own = [...known].map(([label, domain]) => inWords(label, domain)).sort();
  return [...own, ...(others === 'unknown' ? ['any others'] : [])].join(', ') || 'none';
}

function inWords(label: string, domain: Domain): string {
  const { values, matchers, canBeAbsent } = domain;
  if (values?.every((value) => value === '')) return `no ${label}`;
  if (values !== undefined || matchers.length > 0) {
    const text = described(label, domain);
    return values === undefined && !canBeAbsent ? `${text} and there` : text;
  }
  return `${canBeAbsent ? 'maybe' : 'some'} ${label}`;
}

/** The values of an expression's results: `[0, 1]`, `(5, ∞]`. */
export function valuesOf(text: string): string {
  const { min, max, isMinOpen, isMaxOpen } = infer(treeOf(text)).value;
  const end = (value: number): string => String(value).replace('Infinity', '∞');
  return `${isMinOpen ? '(' : '['}${end(min)}, ${end(max)}${isMaxOpen ? ')' : ']'}`;
}

/** Why an expression returns nothing, or a part of it does nothing, with what is underlined; undefined where it is sound. */
export function faultOf(text: string): readonly [string, string, string | undefined] | undefined {
  const { fault }: Inferred = infer(treeOf(text));
  return fault && [fault.message, text.slice(fault.span.start, fault.span.end), fault.help];
}
