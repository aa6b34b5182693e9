import { parseWithVariables, type Substituted, VARIABLE, type VariableContext } from './grafana.ts';
import { traceqlTree } from './grammars.lazy.ts';
import { bracketFault, isTooLong, parsed, type SyntaxFault, unlessTooDeep } from './syntax.ts';

/** Tempo's verdict on a TraceQL query, as far as it is known. */
export interface TraceQuery {
  readonly rejection: SyntaxFault | undefined;
}

/**
 * Parses a TraceQL query. Only what stands in the braces of a span filter is judged: the grammar there is
 * settled, and what may follow it (metrics, their arithmetic, hints) is newer in Tempo than in the
 * grammar for editors. Never throws.
 */
export function parseTraceQuery(text: string): TraceQuery {
  if (isTooLong(text)) return { rejection: undefined };
  const bracket = bracketFault(text);
  if (bracket !== undefined) return { rejection: bracket };
  const fault = unlessTooDeep<SyntaxFault | undefined>(
    text,
    () => {
      const syntax = parsed(traceqlTree, text);
      return 'fault' in syntax ? syntax.fault : undefined;
    },
    // A chain that long is no query of a person's: nothing is said of it.
    () => undefined,
  );
  const isCertain = fault && isInBraces(text, fault.span.start) && !/\bnestedSet/.test(text);
  return { rejection: isCertain ? fault : undefined };
}

/** Parses a panel's TraceQL with Grafana's variables put in. */
export const parseTracePanelQuery = (text: string): Substituted<TraceQuery> =>
  parseWithVariables(text, {
    choices: traceqlChoices,
    parse: parseTraceQuery,
    fault: ({ rejection }) => rejection?.span,
  });

function traceqlChoices(context: VariableContext, before: string, after: string): readonly string[] {
  if (context === 'string') return [VARIABLE];
  if (/[\w.:-]$/.test(before) || /^[\w.:-]/.test(after)) return [VARIABLE, '1'];
  if (/[<>=~]\s*$/.test(before)) return ['"x"', '1', '1s', 'ok'];
  if (/^\s*(?:[<>=]|!=|!~)/.test(after)) return ['.x'];
  return ['.x="x"', '', '{ .x="x" }', '&& .x="x"', '&&', '1'];
}

function isInBraces(text: string, at: number): boolean {
  let depth = 0;
  let quote = '';
  for (let index = 0; index < at; index++) {
    const char = text[index] as string;
    if (quote !== '') {
      if (char === '\\' && quote !== '`') index++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === '`') quote = char;
    else if (char === '{') depth++;
    else if (char === '}') depth--;
  }
  return depth > 0;
}
