import { isCollection, isScalar, visit, type YAMLError, type Document as YamlDocument } from 'yaml';
import type { DocumentProblem } from './document.ts';
import type { Span } from './text.ts';

/** What is wrong, in words, where it was caused, and what to do about it. */
type Explained = Pick<DocumentProblem, 'message' | 'help' | 'span'>;

interface Trouble {
  readonly text: string;
  readonly at: number;
  readonly end: number;
  readonly error: YAMLError;
  readonly documents: readonly YamlDocument.Parsed[];
}

const QUOTE_IT = 'put the value in quotes';

/**
 * A parser's error in words that somebody who did not read the specification understands, at the place
 * of its cause, which is often not where the parser gave up.
 */
export function explainYaml(
  error: YAMLError,
  text: string,
  documents: readonly YamlDocument.Parsed[],
): Explained {
  const trouble: Trouble = { text, at: error.pos[0], end: error.pos[1], error, documents };
  const message = error.message.charAt(0).toLowerCase() + error.message.slice(1);
  try {
    return byCode(trouble) ?? { message, span: spanOf(trouble) };
  } catch (overflow) {
    // The document is nested so deeply that it cannot be walked: the parser's own words have to do.
    if (!(overflow instanceof RangeError)) throw overflow;
    return { message, span: spanOf(trouble) };
  }
}

const spanOf = ({ at, end }: Trouble): Span => ({ start: at, end: Math.max(at + 1, end) });

function byCode(trouble: Trouble): Explained | undefined {
  const { error } = trouble;
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return tab(trouble);
    case 'BLOCK_AS_IMPLICIT_KEY':
      return error.message.includes('sequence') ? wrongIndent(trouble) : colonInValue(trouble);
    case 'BAD_INDENT':
      return error.message.startsWith('Flow') ? unclosedBracket(trouble) : wrongIndent(trouble);
    case 'BAD_SCALAR_START':
      return reservedStart(trouble);
    case 'BAD_DQ_ESCAPE':
      return badEscape(trouble);
    case 'MULTILINE_IMPLICIT_KEY':
      return noColon(trouble);
    case 'MISSING_CHAR':
      return missing(trouble);
    case 'UNEXPECTED_TOKEN':
      return unexpected(trouble);
    default:
      return undefined;
  }
}

function tab(trouble: Trouble): Explained {
  let end = trouble.at;
  while (trouble.text[end] === '\t') end++;
  return {
    message: 'the line is indented with a tab, and YAML takes only spaces',
    help: 'replace the tab with spaces',
    span: { start: trouble.at, end: Math.max(end, trouble.at + 1) },
  };
}

function colonInValue(trouble: Trouble): Explained {
  const line = lineAt(trouble.text, trouble.at);
  if (!/:(?:\s|$)/.test(trouble.text.slice(trouble.at, line.textEnd))) {
    // The colon stands on the next line, whose indentation makes it a part of the value above.
    const next = lineAt(trouble.text, line.textEnd);
    return {
      message: `the line is indented by ${next.indent}, which makes it a part of the value above`,
      help: 'indent it like the lines that it belongs to',
      span: { start: next.textStart, end: Math.max(next.textStart + 1, next.textEnd) },
    };
  }
  return {
    message: 'the value holds a colon and a space, which makes a second key of it',
    help: QUOTE_IT,
    span: { start: trouble.at, end: Math.max(trouble.at + 1, line.textEnd) },
  };
}

function wrongIndent(trouble: Trouble): Explained {
  const line = lineAt(trouble.text, trouble.at);
  return {
    message: `the line is indented by ${line.indent}, which fits no line above it`,
    help: 'indent it like the lines that it belongs to',
    span: { start: line.textStart, end: Math.max(line.textStart + 1, line.textEnd) },
  };
}

function unclosedBracket(trouble: Trouble): Explained {
  const open = openBracket(trouble) ?? trouble.at;
  const bracket = trouble.text[open] ?? '[';
  return {
    message: `the "${bracket}" that opens here is never closed`,
    help: `write the "${bracket === '{' ? '}' : ']'}" that ends it`,
    span: { start: open, end: open + 1 },
  };
}

function reservedStart(trouble: Trouble): Explained {
  const line = lineAt(trouble.text, trouble.at);
  return {
    message: `a value cannot begin with "${trouble.text[trouble.at] ?? ''}" unless it is quoted`,
    help: QUOTE_IT,
    span: { start: trouble.at, end: Math.max(trouble.at + 1, line.textEnd) },
  };
}

function badEscape(trouble: Trouble): Explained {
  const written = trouble.text.slice(trouble.at, trouble.at + 2);
  return {
    message: `"${written}" means nothing inside double quotes`,
    help: `write "\\${written}", or put the value in single quotes, in which a backslash is a backslash`,
    span: { start: trouble.at, end: trouble.at + 2 },
  };
}

function noColon(trouble: Trouble): Explained {
  const line = lineAt(trouble.text, trouble.at);
  const span = { start: line.textStart, end: Math.max(line.textStart + 1, line.textEnd) };
  const written = trouble.text.slice(span.start, span.end);
  if (/^- /.test(written))
    return { message: 'a list item stands where a key is expected', help: 'check its indentation', span };
  return /^[\w.-]+:\S/.test(written)
    ? { message: 'there is no space after the colon', help: `write "${written.replace(':', ': ')}"`, span }
    : { message: `there is no colon after "${shortened(written)}"`, help: 'write it as "key: value"', span };
}

function missing(trouble: Trouble): Explained | undefined {
  const { message } = trouble.error;
  if (message.startsWith('Missing closing')) return unclosedQuote(trouble);
  if (message.startsWith('Missing , or :')) {
    return (
      unquotedBrace(trouble) ?? {
        message: 'there is no comma between this and what stands before it',
        help: 'write a comma',
        span: spanOf(trouble),
      }
    );
  }
  if (message.startsWith('Comments must be'))
    return {
      message: 'there is no space before the "#", so that it is no comment',
      help: 'write a space before it',
      span: { start: trouble.at, end: trouble.at + 1 },
    };
  if (message.startsWith('Sequence item without')) {
    const line = lineAt(trouble.text, trouble.at);
    return {
      message: `the line is indented by ${line.indent}, like a list item, and has no "- "`,
      help: 'indent it like the lines that it belongs to, or begin it with "- "',
      span: { start: line.textStart, end: Math.max(line.textStart + 1, line.textEnd) },
    };
  }
  return message.startsWith('Implicit map keys') ? noColon(trouble) : undefined;
}

function unexpected(trouble: Trouble): Explained | undefined {
  const { error, text, at } = trouble;
  const line = lineAt(text, at);
  const rest = { start: at, end: Math.max(at + 1, line.textEnd) };
  if (/flow-(?:seq|map)-end/.test(error.message)) {
    const bracket = text[at] ?? ']';
    return {
      message: `there is no "${bracket === '}' ? '{' : '['}" that this "${bracket}" closes`,
      help: 'remove it',
      span: { start: at, end: at + 1 },
    };
  }
  if (error.message.includes('block-seq-ind on same line'))
    return {
      message: 'a list begins on the line of its key',
      help: 'begin the list on the next line, or quote the value',
      span: rest,
    };
  if (!error.message.includes('at node end')) return undefined;
  const quoted = quotedBefore(trouble);
  if (quoted !== undefined && text.slice(quoted.start, quoted.end).includes('\n'))
    return {
      message: `the quote that opens here is closed only on line ${lineNumber(text, quoted.end)}, by one that seems to open another value`,
      help: 'close it on its own line',
      span: { start: quoted.start, end: quoted.start + 1 },
    };
  if (quoted !== undefined) {
    const quote = text[quoted.start];
    return {
      message: 'the quoted value is closed, and text follows it',
      help:
        quote === "'"
          ? "quote the whole value; inside single quotes an apostrophe is written ''"
          : 'quote the whole value; inside double quotes a quote is written \\"',
      span: rest,
    };
  }
  return unquotedBrace(trouble) ?? { message: 'the value ends before this', help: QUOTE_IT, span: rest };
}

/** A value such as `{job="api"} > 1` or `[a] and b` that was meant as text. */
function unquotedBrace({ text, at }: Trouble): Explained | undefined {
  const line = lineAt(text, at);
  const value = /^(?:- +)*(?:[\w./-]+: +)?(?=[[{])/.exec(text.slice(line.textStart, line.textEnd));
  if (value === null) return undefined;
  const start = line.textStart + value[0].length;
  const isText = /^\{[^}]*=|^\{\{|[\]}]\s*[^\s,#\]}]/.test(text.slice(start, line.textEnd));
  if (!isText || start >= line.textEnd) return undefined;
  return {
    message: `a value that begins with "${text[start]}" is not read as text`,
    help: QUOTE_IT,
    span: { start, end: line.textEnd },
  };
}

function unclosedQuote(trouble: Trouble): Explained {
  const quoted = quotedBefore(trouble);
  const start = quoted?.start ?? trouble.at;
  return {
    message: 'the quote that opens here is never closed',
    help: `write the closing ${trouble.text[start] === "'" ? 'single' : 'double'} quote`,
    span: { start, end: start + 1 },
  };
}

/** The last quoted value that begins before the trouble. */
function quotedBefore({ documents, at }: Trouble): Span | undefined {
  let found: Span | undefined;
  for (const document of documents) {
    visit(document, {
      Scalar(_key, node) {
        const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
        if (
          quoted &&
          node.range &&
          node.range[0] < at &&
          node.range[1] <= at + 1 &&
          isLater(node.range[0], found)
        )
          found = { start: node.range[0], end: node.range[1] };
      },
    });
  }
  return found;
}

/** The innermost bracket that is still open where the trouble is. */
function openBracket({ documents, text, at }: Trouble): number | undefined {
  let outermost: number | undefined;
  for (const document of documents) {
    visit(document, {
      Collection(_key, node) {
        if (!isCollection(node) || node.flow !== true || !node.range) return undefined;
        if (node.range[0] < at) outermost = Math.max(outermost ?? 0, node.range[0]);
        return visit.SKIP;
      },
    });
  }
  if (outermost === undefined) return undefined;
  const open: number[] = [];
  const start = outermost;
  for (const match of text.slice(start, at).matchAll(/"(?:[^"\\]|\\.)*(?:"|$)|'[^']*(?:'|$)|[[\]{}]/g)) {
    if (match[0] === '[' || match[0] === '{') open.push(start + match.index);
    else if (match[0] === ']' || match[0] === '}') open.pop();
  }
  return open.at(-1);
}

const isLater = (start: number, than: Span | undefined): boolean => than === undefined || start > than.start;

interface Line {
  /** Where its first character that is no white space stands. */
  readonly textStart: number;
  readonly textEnd: number;
  readonly indent: number;
}

/** The line that something stands on; of trouble that begins with a line break, the next line with text. */
function lineAt(text: string, offset: number): Line {
  let at = offset;
  while (at < text.length && /\s/.test(text[at] as string)) at++;
  if (at >= text.length) {
    at = Math.max(0, text.trimEnd().length - 1);
  }
  const start = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
  const rest = text.slice(start);
  const end = start + (/[\r\n]/.exec(rest)?.index ?? rest.length);
  const indent = /^[ \t]*/.exec(text.slice(start, end))?.[0].length ?? 0;
  return { textStart: start + indent, textEnd: start + text.slice(start, end).trimEnd().length, indent };
}

const lineNumber = (text: string, offset: number): number => text.slice(0, offset).split(/\r\n|\r|\n/).length;

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

/**
 * The keys of maps that were written before, each with its first place. The library compares each key with all
 * before it, which takes the square of their number: it is told not to.
 */
export function repeatedKeys(document: YamlDocument.Parsed): { key: string; start: number; first: Span }[] {
  const found: { key: string; start: number; first: Span }[] = [];
  visit(document, {
    Map(_key, map) {
      const seen = new Map<unknown, Span>();
      for (const { key } of map.items) {
        if (!isScalar(key) || !key.range) continue;
        const [start, end] = key.range;
        const first = seen.get(key.value);
        if (first === undefined) seen.set(key.value, { start, end });
        else found.push({ key: String(key.source ?? key.value), start, first });
      }
    },
  });
  return found;
}
