import type { Span } from '../repo/text.ts';
import {
  AGGREGATIONS,
  EXPERIMENTAL_AGGREGATIONS,
  FUNCTIONS,
  type FunctionSignature,
  type ValueType,
} from './functions.ts';
import { compileRegex } from './re2.ts';
import {
  type Aggregation,
  type Binary,
  bare,
  type Call,
  COMPARISONS,
  type Expr,
  type Modified,
  SET_OPERATORS,
  type Selector,
} from './tree.ts';

/** What is wrong with an expression that the grammar takes. */
export interface TypeFault {
  readonly message: string;
  readonly span: Span;
  /** The feature flag with which a Prometheus would take it. */
  readonly flag?: string;
}

/** An expression's type, as far as it has one, and every fault in it, in the order of the text. */
export interface Typing {
  readonly type: ValueType;
  readonly faults: readonly TypeFault[];
}

const WORDS: Readonly<Record<ValueType, string>> = {
  scalar: 'a scalar',
  string: 'a string',
  vector: 'an instant vector',
  matrix: 'a range vector',
};

const EXPERIMENTAL_FUNCTIONS = 'promql-experimental-functions';

/** Milliseconds of a duration must fit into 63 bits of nanoseconds, in seconds. */
const LONGEST_DURATION = 2 ** 63 / 1e9;

/** Checks the types of an expression as Prometheus's parser does, but says where each fault stands. */
export function checkTypes(tree: Expr): Typing {
  const faults: TypeFault[] = [];
  const type = typeOf(tree, faults);
  return { type, faults: faults.sort((a, b) => a.span.start - b.span.start) };
}

function typeOf(expr: Expr, faults: TypeFault[]): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
      checkSelector(expr, faults);
      return 'vector';
    case 'matrix':
      checkRange(expr.expr, expr.range.span, faults);
      checkDuration(expr.range, true, faults);
      typeOf(expr.expr, faults);
      return 'matrix';
    case 'subquery': {
      expectType(expr.expr, 'vector', 'a subquery is only allowed over', faults);
      checkDuration(expr.range, true, faults);
      if (expr.step) checkDuration(expr.step, false, faults);
      return 'matrix';
    }
    case 'paren':
      return typeOf(expr.expr, faults);
    case 'unary': {
      const type = typeOf(expr.expr, faults);
      if (type !== 'scalar' && type !== 'vector') {
        faults.push({
          message: `the sign "${expr.op}" needs a scalar or an instant vector, not ${WORDS[type]}`,
          span: expr.span,
        });
      }
      return type;
    }
    case 'modified':
      checkModifier(expr, faults);
      return typeOf(expr.expr, faults);
    case 'call':
      return checkCall(expr, faults);
    case 'aggregation':
      return checkAggregation(expr, faults);
    case 'binary':
      return checkBinary(expr, faults);
  }
}

function expectType(expr: Expr, wanted: ValueType, context: string, faults: TypeFault[]): void {
  const type = typeOf(expr, faults);
  if (type !== wanted)
    faults.push({ message: `${context} ${WORDS[wanted]}, not ${WORDS[type]}`, span: expr.span });
}

function checkSelector(selector: Selector, faults: TypeFault[]): void {
  const names = selector.matchers.filter(({ label }) => label === '__name__');
  const second = names[1];
  if (second !== undefined && selector.hasOuterName) {
    faults.push({
      message: `the metric's name is given twice: "${names[0]?.value}" and "${second.value}"`,
      span: selector.span,
    });
  }
  for (const { op, value, valueSpan } of selector.matchers) {
    if ((op === '=~' || op === '!~') && compileRegex(value) === undefined) {
      faults.push({ message: `"${value}" is no valid regular expression (RE2)`, span: valueSpan });
    }
  }
  const matchesEmpty = selector.matchers.every(({ op, value }) => {
    if (op === '=') return value === '';
    if (op === '!=') return value !== '';
    const matches = compileRegex(value)?.matches('') ?? false;
    return op === '=~' ? matches : !matches;
  });
  if (matchesEmpty) {
    faults.push({
      message: 'the selector matches every series: it needs a matcher that an empty value does not fulfil',
      span: selector.span,
    });
  }
}

function checkRange(expr: Expr, rangeSpan: Span, faults: TypeFault[]): void {
  const span = { start: rangeSpan.start - 1, end: rangeSpan.end + 1 };
  if (expr.kind === 'modified') {
    const word = expr.modifier === '@' ? 'an @ modifier' : 'an offset';
    faults.push({ message: `${word} stands after the range, not before it`, span });
  } else if (expr.kind !== 'selector') {
    faults.push({
      message: 'a range is only allowed after a selector; a subquery is written [range:step]',
      span,
    });
  }
}

function checkDuration(
  duration: { seconds: number | undefined; span: Span },
  positive: boolean,
  faults: TypeFault[],
): void {
  const { seconds, span } = duration;
  if (seconds === undefined) {
    faults.push({ message: 'a duration is computed here', span, flag: 'promql-duration-expr' });
  } else if (positive && seconds <= 0) {
    faults.push({ message: 'a range must be longer than 0', span });
  } else if (Math.abs(seconds) >= LONGEST_DURATION) {
    faults.push({ message: 'the duration is out of range', span });
  }
}

function checkModifier(expr: Modified, faults: TypeFault[]): void {
  const target = expr.expr;
  const { modifier, modifierSpan: span } = expr;
  if (modifier === 'anchored' || modifier === 'smoothed') {
    faults.push({ message: `"${modifier}" is used`, span, flag: 'promql-extended-range-selectors' });
    return;
  }
  const inside = innermost(target);
  if (inside.kind !== 'selector' && inside.kind !== 'matrix' && inside.kind !== 'subquery') {
    const word = modifier === 'offset' ? 'an offset' : 'an @ modifier';
    faults.push({ message: `${word} must follow a selector or a subquery`, span: expr.span });
  }
  if (hasModifier(target, modifier)) {
    faults.push({ message: `"${modifier}" is given twice`, span: expr.span });
  }
  if (modifier === 'offset' && expr.seconds === undefined) {
    faults.push({ message: 'a duration is computed here', span, flag: 'promql-duration-expr' });
  } else if (modifier === 'offset' && Math.abs(expr.seconds ?? 0) >= LONGEST_DURATION) {
    faults.push({ message: 'the duration is out of range', span });
  } else if (modifier === '@' && expr.seconds !== undefined && !Number.isFinite(expr.seconds)) {
    faults.push({ message: 'the time after @ is out of range', span: expr.span });
  }
}

const innermost = (expr: Expr): Expr => (expr.kind === 'modified' ? innermost(expr.expr) : expr);

const hasModifier = (expr: Expr, modifier: Modified['modifier']): boolean =>
  expr.kind === 'modified' && (expr.modifier === modifier || hasModifier(expr.expr, modifier));

function checkCall(call: Call, faults: TypeFault[]): ValueType {
  const signature = FUNCTIONS.get(call.func);
  if (signature === undefined) {
    faults.push({ message: `there is no function "${call.func}"`, span: call.funcSpan });
    for (const arg of call.args) typeOf(arg, faults);
    return 'vector';
  }
  if (signature.experimental) {
    faults.push({
      message: `the function "${call.func}" is experimental`,
      span: call.funcSpan,
      flag: EXPERIMENTAL_FUNCTIONS,
    });
  }
  checkCount(call, signature, faults);
  call.args.forEach((arg, index) => {
    const wanted = signature.args[Math.min(index, signature.args.length - 1)];
    if (wanted === undefined) typeOf(arg, faults);
    else expectType(arg, wanted, `"${call.func}" wants`, faults);
  });
  if (call.func === 'info') checkInfo(call, faults);
  return signature.returns;
}

function checkInfo(call: Call, faults: TypeFault[]): void {
  const second = call.args[1];
  if (second !== undefined && (second.kind !== 'selector' || second.name !== undefined)) {
    faults.push({
      message: '"info" wants label matchers in braces as its second argument',
      span: call.funcSpan,
    });
  }
}

function checkCount(call: Call, signature: FunctionSignature, faults: TypeFault[]): void {
  const given = call.args.length;
  const most = signature.optional < 0 ? Number.POSITIVE_INFINITY : signature.args.length;
  const least =
    signature.optional < 0 ? signature.args.length - 1 : signature.args.length - signature.optional;
  if (given >= least && given <= most) return;
  const count =
    least === most
      ? `${least}`
      : most === Number.POSITIVE_INFINITY
        ? `at least ${least}`
        : `${least} to ${most}`;
  const noun = count === '1' ? 'argument' : 'arguments';
  faults.push({ message: `"${call.func}" wants ${count} ${noun}, not ${given}`, span: call.span });
}

function checkAggregation(expr: Aggregation, faults: TypeFault[]): ValueType {
  const parameter = AGGREGATIONS.get(expr.op);
  const wanted = parameter === undefined ? 1 : 2;
  if (EXPERIMENTAL_AGGREGATIONS.has(expr.op)) {
    faults.push({
      message: `the aggregation "${expr.op}" is experimental`,
      span: expr.opSpan,
      flag: EXPERIMENTAL_FUNCTIONS,
    });
  }
  if (expr.args.length !== wanted) {
    faults.push({
      message: `"${expr.op}" wants ${wanted} argument${wanted === 1 ? '' : 's'}, not ${expr.args.length}`,
      span: expr.span,
    });
    for (const arg of expr.args) typeOf(arg, faults);
    return 'vector';
  }
  expr.args.forEach((arg, index) => {
    const type = parameter !== undefined && index === 0 ? parameter : 'vector';
    expectType(arg, type, `"${expr.op}" wants`, faults);
  });
  return 'vector';
}

function checkBinary(expr: Binary, faults: TypeFault[]): ValueType {
  const left = typeOf(expr.left, faults);
  const right = typeOf(expr.right, faults);
  const { op, matching, opSpan } = expr;
  for (const [side, type] of [
    [expr.left, left],
    [expr.right, right],
  ] as const) {
    if (type !== 'scalar' && type !== 'vector') {
      faults.push({
        message: `"${op}" wants scalars or instant vectors, not ${WORDS[type]}`,
        span: side.span,
      });
    }
  }
  const isSet = SET_OPERATORS.has(op);
  if (expr.bool !== undefined && !COMPARISONS.has(op)) {
    faults.push({
      message: `"bool" belongs to a comparison, not to "${op}"`,
      span: { start: opSpan.start, end: expr.bool.end },
    });
  }
  if (COMPARISONS.has(op) && left === 'scalar' && right === 'scalar' && expr.bool === undefined) {
    faults.push({ message: `two scalars are compared: "${op}" must be "${op} bool"`, span: opSpan });
  }
  if (isSet && (left === 'scalar' || right === 'scalar')) {
    faults.push({ message: `"${op}" works on instant vectors, not on a scalar`, span: expr.span });
  }
  if (matching !== undefined) {
    if (left !== 'vector' || right !== 'vector') {
      faults.push({
        message: `"${matching.mode}" matches two instant vectors; one side is none`,
        span: expr.span,
      });
    }
    if (isSet && matching.group !== undefined) {
      faults.push({ message: `"group_${matching.group}" does not go with "${op}"`, span: expr.span });
    }
    const twice =
      matching.mode === 'on' ? matching.labels.find((label) => matching.include.includes(label)) : undefined;
    if (twice !== undefined) {
      faults.push({
        message: `the label "${twice}" stands both in "on" and in "group_${matching.group}"`,
        span: matching.span,
      });
    }
  }
  if (expr.fill !== undefined) {
    faults.push({ message: '"fill" is used', span: expr.fill, flag: 'promql-binop-fill-modifiers' });
  }
  if (op === '</' || op === '>/') {
    faults.push({
      message: `the operator "${op}" is experimental`,
      span: opSpan,
      flag: EXPERIMENTAL_FUNCTIONS,
    });
  }
  return left === 'scalar' && right === 'scalar' ? 'scalar' : 'vector';
}

/** Whether an expression is a plain number, through parentheses and signs. */
export function constantOf(expr: Expr): number | undefined {
  const inside = bare(expr);
  if (inside.kind === 'number') return inside.value;
  if (inside.kind !== 'unary') return undefined;
  const value = constantOf(inside.expr);
  return value === undefined ? undefined : inside.op === '-' ? -value : value;
}
