import { onceEach } from '../once.ts';
import type { Span } from '../repo/text.ts';
import {
  type Command,
  type Operand,
  type Pipeline,
  PREDEFINED,
  parseTemplate,
  type TemplateNode,
} from './template.ts';
import { TEMPLATE_FUNCTIONS } from './template-functions.ts';

/** A label that a template reads. */
export interface LabelUse {
  readonly label: string;
  readonly span: Span;
  /** Whose label: the alert's expression's, the server's external ones, or those of a query in the template. */
  readonly of: 'alert' | 'external' | { readonly query: string | undefined };
}

/** What makes a template print an error, or rubbish, in place of what is meant. */
export interface ExpansionFault {
  readonly kind: 'error' | 'format';
  readonly message: string;
  readonly span: Span;
}

/** What a template reads, and what goes wrong when it is expanded. */
export interface TemplateUses {
  readonly labels: readonly LabelUse[];
  readonly faults: readonly ExpansionFault[];
  /** PromQL that it asks for, as far as it is a plain string, with the string's place. */
  readonly queries: readonly { readonly text: string; readonly span: Span }[];
  /** Where the alert's value is printed, and whether as it is. */
  readonly values: readonly { readonly span: Span; readonly isRaw: boolean }[];
}

const NOTHING: TemplateUses = { labels: [], faults: [], queries: [], values: [] };

/** What an alert's label or annotation reads. One that does not parse reads nothing. */
export const templateUses = onceEach(
  (text: string): TemplateUses => (text.includes('{{') ? read(text) : NOTHING),
);

/** What is known of a value while a template is expanded. */
type Value =
  | { readonly type: 'unknown' | 'data' | 'labels' | 'external' | 'text' }
  /** A number; `isAlerts` for the alert's own value. */
  | { readonly type: 'number'; readonly isAlerts: boolean }
  | { readonly type: 'samples' | 'sample' | 'sample labels'; readonly query: string | undefined };

const UNKNOWN: Value = { type: 'unknown' };
const TEXT: Value = { type: 'text' };
const NUMBER: Value = { type: 'number', isAlerts: false };
const ALERTS_VALUE: Value = { type: 'number', isAlerts: true };

const TOP: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['$', { type: 'data' }],
  [PREDEFINED[0], { type: 'labels' }],
  [PREDEFINED[1], { type: 'external' }],
  [PREDEFINED[2], TEXT],
  [PREDEFINED[3], ALERTS_VALUE],
]);

interface Collected {
  readonly labels: LabelUse[];
  readonly faults: ExpansionFault[];
  readonly queries: { text: string; span: Span }[];
  readonly values: { span: Span; isRaw: boolean }[];
}

interface Surroundings {
  readonly dot: Value;
  readonly variables: Map<string, Value>;
  readonly into: Collected;
}

function read(text: string): TemplateUses {
  const { nodes } = parseTemplate(text);
  if (nodes === undefined) return NOTHING;
  const into: Collected = { labels: [], faults: [], queries: [], values: [] };
  readNodes(nodes, { dot: { type: 'data' }, variables: new Map(TOP), into });
  return into;
}

function readNodes(nodes: readonly TemplateNode[], around: Surroundings): void {
  for (const node of nodes) {
    const nested = (dot: Value, variables = new Map(around.variables)): Surroundings => ({
      ...around,
      dot,
      variables,
    });
    switch (node.kind) {
      case 'action': {
        const value = readPipeline(node.pipeline, around);
        const isPrinted = node.pipeline.variables.length === 0;
        const [first] = node.pipeline.commands;
        if (isPrinted && value.type === 'number' && value.isAlerts && first !== undefined)
          around.into.values.push({ span: first.span, isRaw: true });
        else if (isPrinted) notePrinted(node.pipeline, around);
        break;
      }
      case 'if':
      case 'with':
      case 'range': {
        const inside = nested(around.dot);
        const value = readPipeline(node.pipeline, inside, node.kind === 'range');
        const element: Value =
          node.kind !== 'range' ? value : value.type === 'samples' ? { ...value, type: 'sample' } : UNKNOWN;
        readNodes(node.body, { ...inside, dot: node.kind === 'if' ? around.dot : element });
        readNodes(node.otherwise, nested(around.dot, inside.variables));
        // What was set inside may or may not have been, outside.
        for (const [name, before] of around.variables)
          if (inside.variables.get(name)?.type !== before.type) around.variables.set(name, UNKNOWN);
        break;
      }
      case 'template':
        if (node.pipeline) readPipeline(node.pipeline, around);
        break;
      case 'define':
      case 'block':
        if (node.pipeline) readPipeline(node.pipeline, around);
        // What a template of its own is called with is not followed.
        readNodes(node.body, { ...around, dot: UNKNOWN, variables: new Map([['$', UNKNOWN]]) });
        break;
    }
  }
}

/** The alert's value, formatted on its way to the text. */
function notePrinted({ commands }: Pipeline, { variables, dot, into }: Surroundings): void {
  for (const { args } of commands) {
    for (const arg of args) {
      if (arg.kind === 'nested' && 'commands' in arg.inside)
        notePrinted(arg.inside, { variables, dot, into });
      if (arg.kind !== 'reference') continue;
      const value = valueAt(arg, {
        variables,
        dot,
        into: { labels: [], faults: [], queries: [], values: [] },
      });
      if (value.type === 'number' && value.isAlerts) into.values.push({ span: arg.span, isRaw: false });
    }
  }
}

function readPipeline(pipeline: Pipeline, around: Surroundings, isRange = false): Value {
  let value: Value | undefined;
  for (const command of pipeline.commands) value = readCommand(command, value, around);
  const result = value ?? UNKNOWN;
  const element: Value = !isRange
    ? result
    : result.type === 'samples'
      ? { ...result, type: 'sample' }
      : UNKNOWN;
  pipeline.variables.forEach(({ name }, index, all) => {
    // `range $index, $element`; what is set again may hold the one or the other afterwards.
    const own = isRange && index === 0 && all.length === 2 ? UNKNOWN : element;
    const before = around.variables.get(name);
    const isSame = before === undefined || pipeline.isDeclaration || before.type === own.type;
    around.variables.set(name, isSame ? own : UNKNOWN);
  });
  return result;
}

function readCommand(command: Command, piped: Value | undefined, around: Surroundings): Value {
  const [first, ...rest] = command.args;
  if (first === undefined) return UNKNOWN;
  if (first.kind === 'function') return readCall(first.name, command, rest, piped, around);
  const value = valueAt(first, around);
  const given = rest.length + (piped === undefined ? 0 : 1);
  if (given > 0 && value.type !== 'unknown') {
    around.into.faults.push({
      kind: 'error',
      message: `"${writtenAs(first)}" is no function, so ${rest.length > 0 ? 'nothing can follow it' : 'nothing can be piped into it'}`,
      span: first.span,
    });
    return UNKNOWN;
  }
  for (const arg of rest) valueAt(arg, around);
  return value;
}

function writtenAs(operand: Operand): string {
  switch (operand.kind) {
    case 'reference':
      return `${operand.base === '.' && operand.fields.length > 0 ? '' : operand.base}${operand.fields.map(({ name }) => `.${name}`).join('')}`;
    case 'function':
      return operand.name;
    case 'nested':
      return '(…)';
    default:
      return operand.text;
  }
}

function valueAt(operand: Operand, around: Surroundings): Value {
  switch (operand.kind) {
    case 'nil':
    case 'bool':
      return UNKNOWN;
    case 'number':
      // As written it may be whole or not; what prints it is not checked.
      return UNKNOWN;
    case 'string':
      return TEXT;
    case 'function':
      return readCall(operand.name, { args: [operand], span: operand.span }, [], undefined, around);
    case 'reference': {
      const start = operand.base === '.' ? around.dot : (around.variables.get(operand.base) ?? UNKNOWN);
      return fieldsOf(start, operand.base === '.' ? '' : operand.base, operand.fields, around);
    }
    case 'nested': {
      const { inside } = operand;
      const value = 'commands' in inside ? readPipeline(inside, around) : valueAt(inside, around);
      return fieldsOf(value, '(…)', operand.fields, around);
    }
  }
}

function fieldsOf(
  start: Value,
  written: string,
  fields: readonly { readonly name: string; readonly span: Span }[],
  around: Surroundings,
): Value {
  let value = start;
  let text = written;
  for (const { name, span } of fields) {
    const next = fieldOf(value, name, span, around);
    if (next === undefined) {
      around.into.faults.push({ kind: 'error', message: `${noField(value, text, name)}`, span });
      return UNKNOWN;
    }
    value = next;
    text += `.${name}`;
  }
  return value;
}

/** A field of a value; undefined for one that it does not have. */
function fieldOf(value: Value, name: string, span: Span, { into }: Surroundings): Value | undefined {
  switch (value.type) {
    case 'data':
      return DATA[name];
    case 'labels':
      into.labels.push({ label: name, span, of: 'alert' });
      return TEXT;
    case 'external':
      into.labels.push({ label: name, span, of: 'external' });
      return TEXT;
    case 'sample':
      if (name === 'Labels') return { type: 'sample labels', query: value.query };
      return name === 'Value' ? NUMBER : undefined;
    case 'sample labels':
      into.labels.push({ label: name, span, of: { query: value.query } });
      return TEXT;
    case 'text':
    case 'samples':
      return undefined;
    default:
      // A native histogram as a value has fields of its own.
      return UNKNOWN;
  }
}

const DATA: Readonly<Record<string, Value | undefined>> = {
  Labels: { type: 'labels' },
  ExternalLabels: { type: 'external' },
  ExternalURL: TEXT,
  Value: ALERTS_VALUE,
};

function noField(value: Value, written: string, name: string): string {
  switch (value.type) {
    case 'data':
      return `".${name}" is not known here: there are .Labels, .Value, .ExternalLabels and .ExternalURL`;
    case 'sample':
      return `".${name}" is not known here: a sample of a query has .Labels and .Value`;
    case 'samples':
      return `the result of a query is a list: it has no ".${name}"`;
    default:
      return `"${written}" is a text: it has no ".${name}"`;
  }
}

function readCall(
  name: string,
  { span }: Command,
  args: readonly Operand[],
  piped: Value | undefined,
  around: Surroundings,
): Value {
  const { into } = around;
  const values = [...args.map((arg) => valueAt(arg, around)), ...(piped === undefined ? [] : [piped])];
  const [least, most] = TEMPLATE_FUNCTIONS.get(name) ?? [0, Number.POSITIVE_INFINITY];
  if (values.length < least || values.length > most) {
    const wanted =
      least === most ? `${least}` : values.length < least ? `at least ${least}` : `at most ${most}`;
    into.faults.push({
      kind: 'error',
      message: `"${name}" wants ${wanted} ${wanted.endsWith(' 1') || wanted === '1' ? 'argument' : 'arguments'}, not ${values.length}`,
      span,
    });
    return UNKNOWN;
  }
  const [first] = args;
  const literal = first?.kind === 'string' ? first : undefined;
  const last = values.at(-1);
  switch (name) {
    case 'query':
      if (literal) into.queries.push({ text: literal.text, span: literal.span });
      return { type: 'samples', query: literal?.text };
    case 'sortByLabel':
      return last ?? UNKNOWN;
    case 'first':
      return last?.type === 'samples' ? { type: 'sample', query: last.query } : UNKNOWN;
    case 'value':
    case 'parseDuration':
    case 'now':
      return NUMBER;
    case 'label':
      if (literal && last?.type === 'sample')
        into.labels.push({ label: literal.text, span: literal.span, of: { query: last.query } });
      return TEXT;
    case 'index':
      return indexed(values, args, around);
    case 'printf':
      if (literal) checkFormat(literal.text, values.slice(1), literal.span, into);
      return TEXT;
    case 'len':
    case 'and':
    case 'or':
    case 'call':
    case 'slice':
    case 'args':
    case 'toTime':
    case 'toDuration':
    case 'not':
    case 'match':
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return UNKNOWN;
    default:
      return TEXT;
  }
}

function indexed(values: readonly Value[], args: readonly Operand[], { into }: Surroundings): Value {
  const [whole] = values;
  const key = args[1];
  if (values.length !== 2 || whole === undefined) return UNKNOWN;
  if (whole.type === 'samples') return { type: 'sample', query: whole.query };
  if (key?.kind !== 'string') return UNKNOWN;
  const of =
    whole.type === 'labels'
      ? 'alert'
      : whole.type === 'external'
        ? 'external'
        : whole.type === 'sample labels'
          ? { query: whole.query }
          : undefined;
  if (of === undefined) return UNKNOWN;
  into.labels.push({ label: key.text, span: key.span, of });
  return TEXT;
}

/** Verbs of Go's printf that print a number, and a text, as such. */
const VERBS: Readonly<Partial<Record<Value['type'], RegExp>>> = {
  number: /[vTeEfFgGbxX]/,
  text: /[vTsqxX]/,
};

function checkFormat(format: string, values: readonly Value[], span: Span, into: Collected): void {
  const verbs = [...format.matchAll(/%[-+# 0]*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?([a-zA-Z%])/g)].filter(
    (match) => match[1] !== '%',
  );
  // Indexes and widths from arguments: none that is worth following.
  if (/%[^a-zA-Z%]*[[*]/.test(format)) return;
  if (verbs.length !== values.length) {
    const message = `"${format}" has ${verbs.length === 1 ? '1 verb' : `${verbs.length} verbs`} for ${values.length === 1 ? '1 value' : `${values.length} values`}`;
    into.faults.push({ kind: 'format', message, span });
    return;
  }
  verbs.forEach(([written, verb = ''], index) => {
    const value = values[index] as Value;
    const good = VERBS[value.type];
    if (good === undefined || good.test(verb)) return;
    const message = `"${written}" does not print ${value.type === 'number' ? 'a number with a fraction, as all values are' : 'a text'}`;
    into.faults.push({ kind: 'format', message, span });
  });
}
