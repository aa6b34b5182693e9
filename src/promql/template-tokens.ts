import type { Span } from '../repo/text.ts';

export interface TemplateFault {
  readonly kind: 'syntax' | 'function' | 'variable';
  readonly message: string;
  readonly span: Span;
  /** The function or variable that is not known. */
  readonly name?: string;
}

/** Raised by the reading of templates only, where the text is none. */
export class TemplateProblem extends Error {
  readonly fault: TemplateFault;
  constructor(message: string, span: Span, kind: TemplateFault['kind'] = 'syntax', name?: string) {
    super(message);
    this.fault = { kind, message, span, ...(name === undefined ? {} : { name }) };
  }
}

export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'field'
  | 'dot'
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'nil'
  | 'bool'
  | 'number'
  | 'string'
  | '='
  | ':='
  | '|'
  | '('
  | ')'
  | 'other'
  | 'end';

export interface Token {
  readonly span: Span;
  readonly kind: TokenKind;
  readonly text: string;
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);

const isSpace = (char: string | undefined): boolean =>
  char === ' ' || char === '\t' || char === '\r' || char === '\n';
const WORD = /[\p{L}\p{Nd}_]/u;
const isWord = (char: string | undefined): boolean => char !== undefined && WORD.test(char);

/** The character at an offset, both halves of it. */
const charAt = (text: string, at: number): string | undefined => {
  const code = text.codePointAt(at);
  return code === undefined ? undefined : String.fromCodePoint(code);
};

/** The tokens of a template, as Go's lexer of templates tells them apart. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    if (open < 0 || open > at)
      tokens.push({ kind: 'text', text: '', span: { start: at, end: open < 0 ? text.length : open } });
    if (open < 0) break;
    const hasTrim = text[open + 2] === '-' && isSpace(text[open + 3]);
    at = open + (hasTrim ? 4 : 2);
    if (text.startsWith('/*', at)) {
      at = commentEnd(text, open, at);
      continue;
    }
    tokens.push({ kind: 'open', text: '{{', span: { start: open, end: open + 2 } });
    at = tokenizeAction(text, at, open, tokens);
  }
  tokens.push({ kind: 'end', text: '', span: endOf(text) });
  return tokens;
}

/** The last character: where a person looks for what is missing at the end. */
const endOf = (text: string): Span => ({ start: Math.max(0, text.length - 1), end: text.length });

function commentEnd(text: string, open: number, at: number): number {
  const end = text.indexOf('*/', at + 2);
  if (end < 0) throw new TemplateProblem('the comment is never closed', { start: open, end: text.length });
  const length = closingLength(text, end + 2);
  if (length === undefined)
    throw new TemplateProblem('a comment must end with "*/}}"', { start: open, end: end + 2 });
  return end + 2 + length;
}

/** The length of the `}}` that stands here, with its trim marker; undefined when none does. */
function closingLength(text: string, at: number): number | undefined {
  if (text.startsWith('}}', at)) return 2;
  return isSpace(text[at]) && text.startsWith('-}}', at + 1) ? 4 : undefined;
}

/** Reads the tokens of an action up to its end, which it returns. */
function tokenizeAction(text: string, from: number, open: number, tokens: Token[]): number {
  let at = from;
  let depth = 0;
  for (;;) {
    const closing = closingLength(text, at);
    if (closing !== undefined) {
      if (depth > 0) throw new TemplateProblem('"(" is never closed', { start: open, end: at + closing });
      tokens.push({ kind: 'close', text: '}}', span: { start: at, end: at + closing } });
      return at + closing;
    }
    const char = charAt(text, at);
    if (char === undefined) {
      throw new TemplateProblem('"{{" is never closed with "}}"', { start: open, end: text.length });
    }
    if (isSpace(char)) {
      let end = at + 1;
      // The space before `-}}` belongs to the closing.
      while (isSpace(text[end]) && closingLength(text, end) === undefined) end++;
      tokens.push({ kind: 'space', text: ' ', span: { start: at, end } });
      at = end;
      continue;
    }
    const token = readToken(text, at, char, open);
    if (token.kind === '(') depth++;
    if (token.kind === ')' && --depth < 0) throw new TemplateProblem('unexpected ")"', token.span);
    tokens.push(token);
    at = token.span.end;
  }
}

function readToken(text: string, at: number, char: string, open: number): Token {
  const token = (kind: TokenKind, length: number): Token => ({
    kind,
    text: text.slice(at, at + length),
    span: { start: at, end: at + length },
  });
  switch (char) {
    case '=':
    case '|':
    case '(':
    case ')':
      return token(char, 1);
    case ':':
      if (text[at + 1] === '=') return token(':=', 2);
      throw new TemplateProblem('expected ":="', { start: at, end: at + 1 });
    case '"':
    case "'":
      return token(char === '"' ? 'string' : 'number', quotedLength(text, at, char));
    case '`': {
      const end = text.indexOf('`', at + 1);
      if (end < 0) throw new TemplateProblem('the quote ` is never closed', { start: at, end: text.length });
      return token('string', end + 1 - at);
    }
  }
  if (char === '$' || (char === '.' && !/\d/.test(text[at + 1] ?? ''))) {
    const length = wordLength(text, at + 1) + 1;
    expectTerminator(text, at + length, open);
    return token(char === '$' ? 'variable' : length === 1 ? 'dot' : 'field', length);
  }
  if (/[+\-.\d]/.test(char)) return token('number', numberLength(text, at));
  if (isWord(char)) {
    const length = wordLength(text, at);
    const word = text.slice(at, at + length);
    expectTerminator(text, at + length, open);
    if (word === 'nil') return token('nil', length);
    if (word === 'true' || word === 'false') return token('bool', length);
    return token(KEYWORDS.has(word) ? 'keyword' : 'identifier', length);
  }
  if (char >= '!' && char <= '~') return token('other', 1);
  throw new TemplateProblem(`unexpected character "${char}"`, { start: at, end: at + char.length });
}

function wordLength(text: string, from: number): number {
  let at = from;
  for (let char = charAt(text, at); isWord(char); char = charAt(text, at)) at += (char as string).length;
  return at - from;
}

/** A word ends where something else may begin; `foo-bar` is no name, and no subtraction either. */
function expectTerminator(text: string, at: number, open: number): void {
  const char = charAt(text, at);
  if (char === undefined || isSpace(char) || '.,|:)('.includes(char) || text.startsWith('}}', at)) return;
  let start = at;
  while (start > open && !isSpace(text[start - 1]) && !'({|'.includes(text[start - 1] as string)) start--;
  throw new TemplateProblem(`unexpected "${char}" in "${text.slice(start, at)}${char}"`, {
    start: at,
    end: at + char.length,
  });
}

function quotedLength(text: string, at: number, quote: string): number {
  for (let next = at + 1; next < text.length && text[next] !== '\n'; next++) {
    if (text[next] === quote) {
      checkQuoted(text.slice(at, next + 1), at);
      return next + 1 - at;
    }
    if (text[next] === '\\') next++;
  }
  const line = text.indexOf('\n', at);
  throw new TemplateProblem(`the quote ${quote} is never closed`, {
    start: at,
    end: line < 0 ? text.length : line,
  });
}

const ESCAPE =
  /\\(?:[abfnrtv\\]|x[\da-fA-F]{2}|[0-3][0-7]{2}|u(?![dD][89a-fA-F])[\da-fA-F]{4}|U00(?:0[\da-fA-F]|10)[\da-fA-F]{4})/g;

/** Go's rules of escapes; a character in single quotes is exactly one. */
function checkQuoted(source: string, start: number): void {
  const quote = source[0] as string;
  const body = source.slice(1, -1);
  const plain = body.replace(new RegExp(`\\\\${quote}`, 'g'), 'q').replace(ESCAPE, 'e');
  const wrong = /\\[\s\S]?/.exec(plain);
  if (wrong !== null) {
    const at = start + 1 + Math.max(0, body.indexOf(wrong[0]));
    throw new TemplateProblem(`"${wrong[0]}" is no escape sequence`, {
      start: at,
      end: at + wrong[0].length,
    });
  }
  if (quote === "'" && [...plain].length !== 1)
    throw new TemplateProblem(`${source} is not one character; a text stands in double quotes`, {
      start,
      end: start + source.length,
    });
}

const NUMBER =
  /^[+-]?(?:0[xX][\da-fA-F_]+(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]+)?|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.[\d_]+)(?:[eE][+-]?[\d_]+)?)i?$/;

function numberLength(text: string, at: number): number {
  const match =
    /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*|0[bB][01_]*|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)i?(?:[+-][\d_.]+i)?/y;
  match.lastIndex = at;
  const source = match.exec(text)?.[0] ?? '';
  const following = wordLength(text, at + source.length);
  if (
    following > 0 ||
    !NUMBER.test(source.replace(/[+-][\d_.]+i$/, (part, index) => (index > 0 ? '' : part)))
  ) {
    const end = at + Math.max(1, source.length + following);
    throw new TemplateProblem(`"${text.slice(at, end)}" is no number`, { start: at, end });
  }
  return source.length;
}
