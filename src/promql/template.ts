import { onceEach } from '../once.ts';
import type { Span } from '../repo/text.ts';
import { TEMPLATE_FUNCTIONS } from './template-functions.ts';
import {
  type TemplateFault,
  TemplateProblem,
  type Token,
  type TokenKind,
  tokenize,
} from './template-tokens.ts';

/**
 * Templates of annotations and labels: Go's text/template, with Prometheus's functions and variables
 * (Go documentation, "text/template"; Prometheus documentation, "Template reference").
 */

export type TemplateNode = ActionNode | ControlNode | CallNode | DefineNode;

interface Placed {
  readonly span: Span;
}

/** `{{ pipeline }}`; text, comments, `break` and `continue` are no nodes. */
export interface ActionNode extends Placed {
  readonly kind: 'action';
  readonly pipeline: Pipeline;
}

/** `if`, `with` and `range`. */
export interface ControlNode extends Placed {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipeline: Pipeline;
  readonly body: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[];
}

/** `{{ template "name" pipeline }}`. */
export interface CallNode extends Placed {
  readonly kind: 'template';
  readonly name: string;
  readonly nameSpan: Span;
  readonly pipeline: Pipeline | undefined;
}

/** `define`, and `block`, which calls at once what it defines. */
export interface DefineNode extends Placed {
  readonly kind: 'define' | 'block';
  readonly name: string;
  readonly pipeline: Pipeline | undefined;
  readonly body: readonly TemplateNode[];
}

export interface Pipeline extends Placed {
  /** Variables that it declares or sets, with their `$`. */
  readonly variables: readonly (Placed & { readonly name: string })[];
  readonly isDeclaration: boolean;
  readonly commands: readonly Command[];
}

export interface Command extends Placed {
  readonly args: readonly Operand[];
}

export type Operand = Literal | Reference | FunctionName | Nested;

export interface Literal extends Placed {
  readonly kind: 'nil' | 'bool' | 'number' | 'string';
  /** The value of a string; as written for others. */
  readonly text: string;
}

/** `.`, `.a.b`, `$x` and `$x.a.b`; `base` is `.` or the variable with its `$`. */
export interface Reference extends Placed {
  readonly kind: 'reference';
  readonly base: string;
  readonly fields: readonly (Placed & { readonly name: string })[];
}

export interface FunctionName extends Placed {
  readonly kind: 'function';
  readonly name: string;
}

/** A pipeline in parentheses, or a function's name, with fields of what it gives. */
export interface Nested extends Placed {
  readonly kind: 'nested';
  readonly inside: Pipeline | FunctionName;
  readonly fields: readonly (Placed & { readonly name: string })[];
}

export type Template =
  | { readonly nodes: readonly TemplateNode[]; readonly fault: undefined }
  | { readonly nodes: undefined; readonly fault: TemplateFault };

/** Parses a template as Prometheus would before it expands it. The same text is parsed once. */
export const parseTemplate = onceEach(parse);

function parse(text: string): Template {
  if (!text.includes('{{')) return { nodes: [], fault: undefined };
  try {
    return { nodes: parseTokens(tokenize(text), text), fault: undefined };
  } catch (error) {
    if (error instanceof TemplateProblem) return { nodes: undefined, fault: error.fault };
    throw error;
  }
}

/** Reads an action's tokens one after another. */
interface Reader {
  /** The next token, spaces passed over. */
  peek(): Token;
  next(): Token;
  /** The next token, a space too. */
  peekHere(): Token;
  nextHere(): Token;
}

function readerOf(tokens: readonly Token[]): Reader {
  let at = 0;
  const last = tokens.at(-1) as Token;
  const here = (): Token => tokens[at] ?? last;
  const skip = (): void => {
    while (here().kind === 'space') at++;
  };
  return {
    peek() {
      const back = at;
      skip();
      const token = here();
      at = back;
      return token;
    },
    next() {
      skip();
      const token = here();
      at++;
      return token;
    },
    peekHere: here,
    nextHere() {
      const token = here();
      at++;
      return token;
    },
  };
}

/** What is open around a part of a template. */
interface Scope {
  /** The variables that are known, in the order of their declaration. */
  readonly variables: string[];
  rangeDepth: number;
  /** The deepest that actions may nest, so that no text exhausts the stack. */
  depth: number;
}

const MOST_DEPTH = 500;

/** What Prometheus declares before each template (Prometheus documentation, "Template reference", "Alert field templates"). */
export const PREDEFINED = ['$labels', '$externalLabels', '$externalURL', '$value'] as const;

function parseTokens(tokens: readonly Token[], text: string): TemplateNode[] {
  const reader = readerOf(tokens);
  const scope: Scope = { variables: ['$', ...PREDEFINED], rangeDepth: 0, depth: 0 };
  const nodes: TemplateNode[] = [];
  const defined = new Set<string>();
  for (;;) {
    const token = reader.next();
    if (token.kind === 'end') return nodes;
    if (token.kind === 'text') continue;
    if (token.kind === 'open' && reader.peek().text === 'define' && reader.peek().kind === 'keyword') {
      reader.next();
      nodes.push(parseDefine(reader, token, text, defined));
      continue;
    }
    const item = parseItem(reader, token, scope, text);
    if (item === undefined) continue;
    if ('closes' in item)
      throw new TemplateProblem(
        `unexpected "{{ ${item.closes} }}": nothing is open that it would ${item.closes === 'end' ? 'close' : 'go on with'}`,
        item.span,
      );
    nodes.push(item);
  }
}

function parseDefine(reader: Reader, open: Token, text: string, defined: Set<string>): DefineNode {
  const name = parseName(reader);
  expectClose(reader, '"define"');
  // Nothing of the outside is known in a template of its own, not even $labels.
  const scope: Scope = { variables: ['$'], rangeDepth: 0, depth: 0 };
  const { nodes, end } = parseList(reader, scope, text, open);
  if (end.closes !== 'end') throw new TemplateProblem('unexpected "{{ else }}" in "define"', end.span);
  if (defined.has(name.text) && nodes.length > 0)
    throw new TemplateProblem(`the template "${name.text}" is defined twice`, name.span);
  if (nodes.length > 0) defined.add(name.text);
  return {
    kind: 'define',
    name: name.text,
    pipeline: undefined,
    body: nodes,
    span: { start: open.span.start, end: end.span.end },
  };
}

function parseName(reader: Reader): Token {
  const token = reader.next();
  if (token.kind !== 'string') throw unexpected(token, 'a name in quotes');
  return { ...token, text: stringValue(token.text) };
}

function expectClose(reader: Reader, after: string): Token {
  const token = reader.next();
  if (token.kind !== 'close') throw unexpected(token, `"}}" after ${after}`);
  return token;
}

function unexpected(token: Token, wanted?: string): TemplateProblem {
  const what = token.kind === 'end' ? 'the template ends too early' : `unexpected "${token.text || 'text'}"`;
  return new TemplateProblem(wanted ? `${what}, expected ${wanted}` : what, token.span);
}

/** `end` or `else`, which ends a list of nodes. */
interface Closing extends Placed {
  readonly closes: 'end' | 'else';
  /** For `else if` and `else with`. */
  readonly chained: 'if' | 'with' | undefined;
}

function parseList(
  reader: Reader,
  scope: Scope,
  text: string,
  open: Token,
): { nodes: TemplateNode[]; end: Closing } {
  const nodes: TemplateNode[] = [];
  if (++scope.depth > MOST_DEPTH) throw new TemplateProblem('the template is nested too deeply', open.span);
  for (;;) {
    const token = reader.next();
    if (token.kind === 'end') {
      throw new TemplateProblem('this is never closed with "{{ end }}"', open.span);
    }
    if (token.kind === 'text') continue;
    const item = parseItem(reader, token, scope, text);
    if (item === undefined) continue;
    if ('closes' in item) {
      scope.depth--;
      return { nodes, end: item };
    }
    nodes.push(item);
  }
}

/** Reads an action whose `{{` has been read. */
function parseItem(
  reader: Reader,
  open: Token,
  scope: Scope,
  text: string,
): TemplateNode | Closing | undefined {
  if (open.kind !== 'open') throw unexpected(open);
  const token = reader.peek();
  if (token.kind !== 'keyword') {
    const pipeline = parsePipeline(reader, scope, 'an action', 'close', open);
    return { kind: 'action', pipeline, span: { start: open.span.start, end: pipeline.span.end } };
  }
  reader.next();
  switch (token.text) {
    case 'if':
    case 'with':
    case 'range':
      return parseControl(
        reader,
        token.text,
        { ...token, span: { start: open.span.start, end: token.span.end } },
        scope,
        text,
      );
    case 'template': {
      const name = parseName(reader);
      const isBare = reader.peek().kind === 'close';
      const pipeline = isBare ? undefined : parsePipeline(reader, scope, '"template"', 'close', open);
      const end = isBare ? reader.next().span.end : (pipeline as Pipeline).span.end;
      return {
        kind: 'template',
        name: name.text,
        nameSpan: name.span,
        pipeline,
        span: { start: open.span.start, end },
      };
    }
    case 'block': {
      const name = parseName(reader);
      const pipeline = parsePipeline(reader, scope, '"block"', 'close', open);
      const { nodes, end } = parseList(
        reader,
        { variables: ['$'], rangeDepth: 0, depth: scope.depth },
        text,
        open,
      );
      if (end.closes !== 'end') throw new TemplateProblem('unexpected "{{ else }}" in "block"', end.span);
      return {
        kind: 'block',
        name: name.text,
        pipeline,
        body: nodes,
        span: { start: open.span.start, end: end.span.end },
      };
    }
    case 'break':
    case 'continue': {
      const close = expectClose(reader, `"${token.text}"`);
      if (scope.rangeDepth === 0)
        throw new TemplateProblem(`"${token.text}" stands outside of a "range"`, {
          start: open.span.start,
          end: close.span.end,
        });
      return undefined;
    }
    case 'end': {
      const close = expectClose(reader, '"end"');
      return { closes: 'end', chained: undefined, span: { start: open.span.start, end: close.span.end } };
    }
    case 'else': {
      const next = reader.peek();
      if (next.kind === 'keyword' && (next.text === 'if' || next.text === 'with'))
        return { closes: 'else', chained: next.text, span: { start: open.span.start, end: next.span.end } };
      const close = expectClose(reader, '"else"');
      return { closes: 'else', chained: undefined, span: { start: open.span.start, end: close.span.end } };
    }
    default:
      throw new TemplateProblem(`"${token.text}" is only allowed outside of everything else`, token.span);
  }
}

function parseControl(
  reader: Reader,
  kind: ControlNode['kind'],
  open: Token,
  scope: Scope,
  text: string,
): ControlNode {
  const known = scope.variables.length;
  const pipeline = parsePipeline(reader, scope, `"${kind}"`, 'close', open);
  if (kind === 'range') scope.rangeDepth++;
  const { nodes, end } = parseList(reader, scope, text, open);
  if (kind === 'range') scope.rangeDepth--;
  let otherwise: readonly TemplateNode[] = [];
  let last = end.span.end;
  if (end.closes === 'else') {
    if (end.chained !== undefined && end.chained === kind) {
      const chained = { ...reader.next(), span: end.span };
      const nested = parseControl(reader, kind, chained, scope, text);
      otherwise = [nested];
      last = nested.span.end;
    } else if (end.chained !== undefined) {
      throw new TemplateProblem(`"else ${end.chained}" does not go with "${kind}"`, end.span);
    } else {
      const rest = parseList(reader, scope, text, open);
      if (rest.end.closes !== 'end')
        throw new TemplateProblem('unexpected second "{{ else }}"', rest.end.span);
      otherwise = rest.nodes;
      last = rest.end.span.end;
    }
  }
  scope.variables.length = known;
  return { kind, pipeline, body: nodes, otherwise, span: { start: open.span.start, end: last } };
}

function parsePipeline(
  reader: Reader,
  scope: Scope,
  context: string,
  closing: 'close' | ')',
  open: Token,
): Pipeline {
  const variables: Pipeline['variables'][number][] = [];
  const start = reader.peek().span.start;
  let isDeclaration = false;
  let pending: Token | undefined;
  while (reader.peek().kind === 'variable') {
    const variable = reader.next();
    const next = reader.peek();
    if (next.kind === '=' || next.kind === ':=') {
      reader.next();
      isDeclaration = next.kind === ':=';
      variables.push({ name: variable.text, span: variable.span });
      break;
    }
    if (next.kind !== 'other' || next.text !== ',') {
      pending = variable;
      break;
    }
    reader.next();
    variables.push({ name: variable.text, span: variable.span });
    const { kind } = reader.peek();
    if (context !== '"range"' || variables.length > 1)
      throw new TemplateProblem(`too many variables are declared in ${context}`, next.span);
    if (kind !== 'variable' && kind !== 'close' && kind !== ')')
      throw new TemplateProblem('"range" can only declare variables', next.span);
  }
  const commands: Command[] = [];
  // To Go's parser a variable is known in its own declaration.
  const declared = variables.map(({ name }) => name);
  scope.variables.push(...declared);
  for (;;) {
    const token = pending ?? reader.peek();
    if (token.kind === closing && pending === undefined) {
      reader.next();
      const [first] = commands;
      if (first === undefined)
        throw new TemplateProblem(`a value is missing in ${context}`, {
          start: open.span.start,
          end: token.span.end,
        });
      checkStages(commands);
      return { variables, isDeclaration, commands, span: { start, end: token.span.end } };
    }
    if (!STARTS_OPERAND.has(token.kind)) throw unexpected(token);
    commands.push(parseCommand(reader, scope, pending));
    pending = undefined;
  }
}

const STARTS_OPERAND: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'string',
  'variable',
  '(',
]);

/** Only functions, methods and fields take what the stage before them gives. */
function checkStages(commands: readonly Command[]): void {
  commands.slice(1).forEach(({ args: [first], span }) => {
    if (first === undefined) return;
    const isDot = first.kind === 'reference' && first.base === '.' && first.fields.length === 0;
    const isLiteral =
      first.kind === 'nil' || first.kind === 'bool' || first.kind === 'number' || first.kind === 'string';
    if (isLiteral || isDot) throw new TemplateProblem('only a function can stand after "|"', span);
  });
}

function parseCommand(reader: Reader, scope: Scope, pending: Token | undefined): Command {
  const args: Operand[] = [];
  const start = (pending ?? reader.peek()).span.start;
  let first = pending;
  for (;;) {
    const operand = parseOperand(reader, scope, first);
    first = undefined;
    if (operand !== undefined) args.push(operand);
    const token = reader.peekHere();
    if (token.kind === 'space') {
      reader.nextHere();
      continue;
    }
    if (token.kind === '|') reader.nextHere();
    else if (token.kind !== 'close' && token.kind !== ')') throw unexpected(token);
    break;
  }
  const last = args.at(-1);
  if (last === undefined) throw new TemplateProblem('a command is empty', reader.peekHere().span);
  return { args, span: { start, end: last.span.end } };
}

function parseOperand(reader: Reader, scope: Scope, given: Token | undefined): Operand | undefined {
  const term = parseTerm(reader, scope, given);
  if (term === undefined || reader.peekHere().kind !== 'field') return term;
  const fields: Reference['fields'][number][] = [];
  for (let token = reader.peekHere(); token.kind === 'field'; token = reader.peekHere()) {
    reader.nextHere();
    fields.push({ name: token.text.slice(1), span: token.span });
  }
  const span = { start: term.span.start, end: (fields.at(-1) as Placed).span.end };
  switch (term.kind) {
    case 'reference':
      if (term.base !== '.' || term.fields.length > 0)
        return { ...term, fields: [...term.fields, ...fields], span };
      throw new TemplateProblem('unexpected "." after "."', span);
    case 'function':
      return { kind: 'nested', inside: term, fields, span };
    case 'nested':
      return { ...term, fields, span };
    default:
      throw new TemplateProblem(
        `unexpected "." after ${term.kind === 'string' ? 'a string' : `"${term.text}"`}`,
        span,
      );
  }
}

function parseTerm(reader: Reader, scope: Scope, given: Token | undefined): Operand | undefined {
  const token = given ?? reader.peek();
  const { span, text } = token;
  if (given === undefined) {
    if (!STARTS_OPERAND.has(token.kind)) return undefined;
    reader.next();
  }
  switch (token.kind) {
    case 'identifier':
      if (!TEMPLATE_FUNCTIONS.has(text))
        throw new TemplateProblem(`there is no function "${text}"`, span, 'function', text);
      return { kind: 'function', name: text, span };
    case 'dot':
      return { kind: 'reference', base: '.', fields: [], span };
    case 'field':
      return { kind: 'reference', base: '.', fields: [{ name: text.slice(1), span }], span };
    case 'variable':
      if (!scope.variables.includes(text))
        throw new TemplateProblem(`the variable "${text}" is not defined`, span, 'variable', text);
      return { kind: 'reference', base: text, fields: [], span };
    case 'string':
      return { kind: 'string', text: stringValue(text), span };
    case 'nil':
    case 'bool':
    case 'number':
      return { kind: token.kind, text, span };
    default: {
      if (++scope.depth > MOST_DEPTH) throw new TemplateProblem('the template is nested too deeply', span);
      const inside = parsePipeline(reader, scope, 'parentheses', ')', token);
      scope.depth--;
      return { kind: 'nested', inside, fields: [], span: { start: span.start, end: inside.span.end } };
    }
  }
}

const SIMPLE: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' };

/** The value of a string as written; escapes that no query or name has are left as they are. */
function stringValue(source: string): string {
  const body = source.slice(1, -1);
  return source[0] === '`'
    ? body
    : body.replace(/\\([\s\S])/g, (whole, char: string) => SIMPLE[char] ?? whole);
}
