import { parser as logql } from '@grafana/lezer-logql';
import { parser as traceql } from '@grafana/lezer-traceql';
import type { Tree } from '@lezer/common';
import { parser as promql } from '@prometheus-io/lezer-promql';

/** A tree of PromQL, by the Prometheus project's own grammar for editors. */
export const promqlTree = (text: string): Tree => promql.parse(text);

/** A tree of LogQL, by Grafana's own grammar. */
export const logqlTree = (text: string): Tree => logql.parse(text);

/** A tree of TraceQL, by Grafana's own grammar. */
export const traceqlTree = (text: string): Tree => traceql.parse(text);
