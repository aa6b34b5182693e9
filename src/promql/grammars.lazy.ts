import { parser as logql } from '@grafana/lezer-logql';
import { parser as traceql } from '@grafana/lezer-traceql';
import type { Tree } from '@lezer/common';
import type { LRParser } from '@lezer/lr';
import { parser as promql } from '@prometheus-io/lezer-promql';

const parse = (parser: LRParser, text: string, isStrict: boolean): Tree =>
  (isStrict ? parser.configure({ strict: true }) : parser).parse(text);

/**
 * The tree of a text in PromQL, by the Prometheus project's own grammar for editors. A strict one ends with a
 * `SyntaxError` at the first thing that the grammar does not take; another one holds error nodes.
 */
export const promqlTree = (text: string, isStrict = false): Tree => parse(promql, text, isStrict);

/** The same of LogQL, by Grafana's own grammar. */
export const logqlTree = (text: string, isStrict = false): Tree => parse(logql, text, isStrict);

/** The same of TraceQL, by Grafana's own grammar. */
export const traceqlTree = (text: string, isStrict = false): Tree => parse(traceql, text, isStrict);
