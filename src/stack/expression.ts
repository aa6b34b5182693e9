import { type PanelQuery, parsePanelQuery } from '../promql/grafana.ts';
import { parseQuery } from '../promql/parse.ts';
import type { Node } from '../repo/node.ts';

/** The language of an expression; `unknown` where nothing tells. */
export type Language = 'promql' | 'metricsql' | 'logql' | 'traceql' | 'other' | 'unknown';

/** A query as it stands in a file. */
export interface Expression {
  /** The string that holds it. */
  readonly node: Node;
  readonly text: string;
  readonly language: Language;
  /** Whether Grafana puts its variables into it. */
  readonly hasVariables: boolean;
}

/** The expression as PromQL, with Grafana's variables put in where there are any. Parsed once. */
export function promql(expression: Expression): PanelQuery {
  if (expression.hasVariables) return parsePanelQuery(expression.text);
  return { query: parseQuery(expression.text), toWritten: (span) => span };
}
