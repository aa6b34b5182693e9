import type { MatchOp } from '../promql/tree.ts';

/** A matcher as it is written in a route, an inhibition or a silence. */
export interface WrittenMatcher {
  readonly label: string;
  readonly op: MatchOp;
  readonly value: string;
}

/** The matchers of a text, or why Alertmanager does not take it. */
export type MatcherText =
  | { readonly matchers: readonly WrittenMatcher[]; readonly fault?: undefined }
  | { readonly fault: string; readonly matchers?: undefined };

/**
 * Reads matchers such as `severity="critical"`, several of them with commas and braces, as Alertmanager
 * does: with its newer grammar, which takes any UTF-8 label name in quotes, and with its classic one; where
 * both take the text and differ, the classic one counts (Alertmanager documentation, "Matcher").
 */
export function parseMatchers(text: string): MatcherText {
  const classic = parseClassic(text);
  const utf8 = parseUtf8(text);
  return classic.matchers !== undefined || utf8.matchers === undefined ? classic : utf8;
}

/** The classic grammar: commas outside of quotes separate, an opening and a closing brace may be there. */
function parseClassic(text: string): MatcherText {
  const inner = text.replace(/^\{/, '').replace(/\}$/, '');
  const tokens: string[] = [];
  let token = '';
  let isQuoted = false;
  let isEscaped = false;
  for (const char of inner) {
    if (char === ',' && !isQuoted) {
      tokens.push(token);
      token = '';
      continue;
    }
    if (char === '"' && !isEscaped) isQuoted = !isQuoted;
    isEscaped = char === '\\' ? !isEscaped : false;
    token += char;
  }
  if (token.trim() !== '') tokens.push(token.trim());
  const matchers: WrittenMatcher[] = [];
  for (const one of tokens) {
    const matcher = classicMatcher(one);
    if (typeof matcher === 'string') return { fault: matcher };
    matchers.push(matcher);
  }
  return { matchers };
}

function classicMatcher(text: string): WrittenMatcher | string {
  const match = /^\s*([A-Za-z_:][\w:]*)\s*(=~|=|!=|!~)\s*([\s\S]*?)\s*$/.exec(text);
  if (match === null)
    return text.trim() === ''
      ? 'a matcher between two commas is empty'
      : `"${text.trim()}" is no label, operator and value`;
  const [, label = '', op = '', raw = ''] = match;
  const isQuoted = raw.startsWith('"');
  const value = unescaped(isQuoted ? raw.slice(1) : raw, isQuoted);
  return value === undefined
    ? `the value ${raw} has a double quote that is not escaped, or is not closed`
    : { label, op: op as MatchOp, value };
}

/** A classic value: `\n`, `\"` and `\\` are escapes, any other backslash is itself; a quote only ends it. */
function unescaped(raw: string, isQuoted: boolean): string | undefined {
  let value = '';
  let isOpen = isQuoted;
  for (let at = 0; at < raw.length; at++) {
    const char = raw[at] as string;
    if (char === '\\' && at < raw.length - 1) {
      const next = raw[++at] as string;
      value += next === 'n' ? '\n' : next === '"' || next === '\\' ? next : `\\${next}`;
    } else if (char === '"') {
      if (!isOpen || at < raw.length - 1) return undefined;
      isOpen = false;
    } else value += char;
  }
  return isOpen ? undefined : value;
}

const RESERVED = /[\s{}!=~,\\"'`]/;
/** Escapes of a Go string; any other is an error. */
const GO_ESCAPE =
  /\\(?:([abfnrtv\\"])|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-7]{3})|([\s\S]?))/g;
const GO_SIGNS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

type Token = { readonly kind: 'word' | 'sign' | 'end'; readonly text: string; readonly value: string };

/** The grammar with UTF-8 names: names and values are words without reserved signs, or Go strings. */
function parseUtf8(text: string): MatcherText {
  const tokens = tokensOf(text);
  if (tokens === undefined) return { fault: 'it is not written as matchers are' };
  let at = 0;
  const next = (): Token => tokens[at++] as Token;
  const peek = (): Token => tokens[at] as Token;
  const fault: MatcherText = { fault: 'it is not written as matchers are' };
  const matchers: WrittenMatcher[] = [];
  const hasBrace = peek().text === '{' && peek().kind === 'sign';
  if (hasBrace) at++;
  while (peek().kind === 'word') {
    const label = next().value;
    const op = next();
    if (op.kind !== 'sign' || !['=', '!=', '=~', '!~'].includes(op.text)) return fault;
    if (peek().kind !== 'word') return fault;
    matchers.push({ label, op: op.text as MatchOp, value: next().value });
    if (peek().kind !== 'sign' || peek().text !== ',') break;
    at++;
  }
  if (hasBrace && (next().text !== '}' || tokens[at - 1]?.kind !== 'sign')) return fault;
  return peek().kind === 'end' ? { matchers } : fault;
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const char = text[at] as string;
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    const sign = /^(?:[{},]|=~?|!=|!~)/.exec(text.slice(at))?.[0];
    if (sign !== undefined) {
      tokens.push({ kind: 'sign', text: sign, value: '' });
      at += sign.length;
    } else if (char === '"') {
      const quoted = /^"((?:[^"\\]|\\[\s\S])*)"/.exec(text.slice(at));
      const value = quoted && goString(quoted[1] as string);
      if (!quoted || value === undefined || value === null) return undefined;
      tokens.push({ kind: 'word', text: quoted[0], value });
      at += quoted[0].length;
    } else if (!RESERVED.test(char)) {
      let end = at;
      while (end < text.length && !RESERVED.test(text[end] as string)) end++;
      tokens.push({ kind: 'word', text: text.slice(at, end), value: text.slice(at, end) });
      at = end;
    } else return undefined;
  }
  return [...tokens, { kind: 'end', text: '', value: '' }];
}

function goString(inside: string): string | undefined {
  if (inside.includes('\n')) return undefined;
  let isValid = true;
  const value = inside.replace(
    GO_ESCAPE,
    (_, sign?: string, hex?: string, short?: string, long?: string, octal?: string) => {
      if (sign !== undefined) return GO_SIGNS[sign] ?? sign;
      const code = hex ?? short ?? long;
      if (code !== undefined && Number.parseInt(code, 16) <= 0x10ffff)
        return String.fromCodePoint(Number.parseInt(code, 16));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      isValid = false;
      return '';
    },
  );
  return isValid ? value : undefined;
}
