import type { Span } from '../repo/text.ts';
import { nearest } from '../words.ts';
import { isVariable, parsePanelQuery } from './grafana.ts';
import { compileRegex } from './re2.ts';
import type { SyntaxFault } from './syntax.ts';
import { bare } from './tree.ts';

/** The functions that queries of variables have (Grafana documentation, "Prometheus template variables"). */
const FUNCTIONS = ['label_names', 'label_values', 'metrics', 'query_result'];

/** A query of a variable, as Grafana's datasource for Prometheus reads it. */
export interface VariableQuery {
  /** Undefined for one that works. */
  readonly fault: (SyntaxFault & { readonly instead?: string }) | undefined;
  /** The PromQL in it, with where it begins in the query. */
  readonly expression: { readonly text: string; readonly start: number } | undefined;
}

/** Reads a query of a variable: `label_values(metric, label)`, `query_result(query)`, `metrics(regex)` or a selector. */
export function readVariableQuery(text: string): VariableQuery {
  const call = /^\s*([A-Za-z_]\w*)\s*\(/.exec(text);
  const name = call?.[1];
  const end = text.trimEnd().length;
  if (name === undefined || call === null) return selector(text, 0);
  const nameSpan = { start: call[0].indexOf(name), end: call[0].indexOf(name) + name.length };
  if (!FUNCTIONS.includes(name)) {
    const close = nearest(name, FUNCTIONS);
    return close && close.length - name.length <= 2
      ? {
          fault: {
            message: `there is no function "${name}": "${close}" is meant`,
            span: nameSpan,
            instead: close,
          },
          expression: undefined,
        }
      : { fault: undefined, expression: undefined };
  }
  if (text[end - 1] !== ')')
    return {
      fault: { message: `"${name}(" is never closed`, span: { start: Math.max(0, end - 1), end } },
      expression: undefined,
    };
  const start = call[0].length;
  const inside = text.slice(start, end - 1);
  const nothing = { fault: undefined, expression: undefined };
  switch (name) {
    case 'label_values':
      return labelValues(inside, start);
    case 'query_result':
      return query(inside, start);
    case 'metrics': {
      const pattern = inside.replace(/\$\{?\w+(?::\w+)?\}?|\[\[\w+\]\]/g, 'x');
      return compileRegex(pattern) === undefined
        ? {
            ...nothing,
            fault: { message: `"${inside}" is no regular expression`, span: spanAt(start, inside) },
          }
        : nothing;
    }
    default:
      return nothing;
  }
}

const spanAt = (start: number, text: string): Span => ({ start, end: start + Math.max(1, text.length) });

/** `label_values(label)` or `label_values(selector, label)`: the label stands after the last comma. */
function labelValues(inside: string, start: number): VariableQuery {
  const match = /^(?:([\s\S]+),)?\s*([^,\s]*)\s*$/.exec(inside);
  const label = match?.[2] ?? '';
  const isLabel = /^[A-Za-z_$][\w.]*$|^\$\{\w+(?::\w+)?\}$|^\[\[\w+\]\]$|\$/.test(label);
  if (!isLabel) {
    const at = inside.lastIndexOf(label);
    return {
      fault: {
        message: label === '' ? 'label_values needs a label' : `"${label}" is no label`,
        span: spanAt(start + Math.max(0, at), label),
      },
      expression: undefined,
    };
  }
  return match?.[1] === undefined ? { fault: undefined, expression: undefined } : selector(match[1], start);
}

/** What Prometheus takes to find series: a selector, and nothing that is computed. */
function selector(text: string, start: number): VariableQuery {
  if (text.trim() === '' || /^\s*\$\{?\w+\}?\s*$/.test(text))
    return { fault: undefined, expression: undefined };
  const parsed = query(text, start);
  if (parsed.fault !== undefined) return parsed;
  const { tree } = parsePanelQuery(text).query;
  const isSelector = tree === undefined || bare(tree).kind === 'selector' || isVariable(text);
  return isSelector
    ? parsed
    : {
        ...parsed,
        fault: {
          message: 'it is computed, and only a selector of series can be looked up',
          span: spanAt(start + text.length - text.trimStart().length, text.trim()),
        },
      };
}

function query(text: string, start: number): VariableQuery {
  const { query: parsed, toWritten } = parsePanelQuery(text);
  const span = parsed.rejection && toWritten(parsed.rejection.span);
  return {
    expression: { text, start },
    fault:
      parsed.rejection && span
        ? { message: parsed.rejection.message, span: { start: span.start + start, end: span.end + start } }
        : undefined,
  };
}
