import { beyond, isPoint, isWithin } from './interval.ts';
import { type Infer, isScalar, mirrored } from './labelsets.ts';
import { type Binary, COMPARISONS, type Expr, type Selector } from './tree.ts';

/** What makes the results of an expression come and go, so that an alert on it does not always fire. */
export type Conditionality =
  /** Something can be false. */
  | { readonly kind: 'conditional' }
  /** It has results whenever its series exist. */
  | { readonly kind: 'always'; readonly because: Cause }
  /** It has results while there are series that a matcher chooses, which may be what it is about. */
  | { readonly kind: 'presence' }
  /** It speaks of no series at all, as an alert that always fires on purpose does. */
  | { readonly kind: 'constant' };

export type Cause =
  | { readonly what: 'no comparison' }
  /** What is there always, in place of what is not. */
  | { readonly what: 'or'; readonly alternative: Expr }
  /** A comparison with `bool` has a result either way. */
  | { readonly what: 'bool'; readonly comparison: Binary }
  /** A comparison that holds for every value that there can be. */
  | { readonly what: 'true'; readonly comparison: Binary };

const CONDITIONAL: Conditionality = { kind: 'conditional' };
const CONSTANT: Conditionality = { kind: 'constant' };
const PRESENCE: Conditionality = { kind: 'presence' };
const NONE: Conditionality = { kind: 'always', because: { what: 'no comparison' } };

/** Series that only exist while something is the case. */
const ONLY_WHILE = /^(?:ALERTS|ALERTS_FOR_STATE)$|_info$/;

/**
 * Whether the results of an expression depend on a condition. `recorded` gives the expressions that
 * record a metric.
 */
export function conditionality(
  expr: Expr,
  infer: Infer,
  recorded: (name: string) => readonly Expr[],
  seen: ReadonlySet<string> = new Set(),
): Conditionality {
  const of = (part: Expr): Conditionality => conditionality(part, infer, recorded, seen);
  switch (expr.kind) {
    case 'number':
    case 'string':
      return CONSTANT;
    case 'selector':
      return ofSelector(expr, infer, recorded, seen);
    case 'call':
      if (expr.func === 'absent' || expr.func === 'absent_over_time') return CONDITIONAL;
      return measured(expr.func, worst(expr.args.map(of)));
    case 'aggregation':
      return worst(expr.args.slice(-1).map(of));
    case 'binary':
      return ofBinary(expr, infer, of);
    default:
      return of(expr.expr);
  }
}

function ofSelector(
  { name, matchers }: Selector,
  infer: Infer,
  recorded: (name: string) => readonly Expr[],
  seen: ReadonlySet<string>,
): Conditionality {
  if (name === undefined) return NONE;
  const rules = seen.has(name) ? [] : recorded(name);
  if (rules.length > 0) {
    const inside = new Set([...seen, name]);
    const all = rules.map((rule) => conditionality(rule, infer, recorded, inside));
    return all.every(({ kind }) => kind === 'conditional') ? CONDITIONAL : NONE;
  }
  // A version, a role or a state as a label: choosing by it is the condition.
  if (ONLY_WHILE.test(name) && matchers.length > 1) return CONDITIONAL;
  return matchers.some(({ label }) => !OF_TARGETS.has(label)) ? PRESENCE : NONE;
}

/** Labels that say where a series comes from, not what it is about. */
const OF_TARGETS: ReadonlySet<string> = new Set([
  '__name__',
  'job',
  'instance',
  'cluster',
  'env',
  'environment',
  'namespace',
]);

/** How fast something changes is a number, whatever is chosen. */
function measured(func: string, inside: Conditionality): Conditionality {
  return inside.kind === 'presence' && !func.endsWith('_over_time') && MEASURES.has(func) ? NONE : inside;
}

const MEASURES: ReadonlySet<string> = new Set([
  'rate',
  'irate',
  'increase',
  'delta',
  'idelta',
  'deriv',
  'changes',
  'resets',
  'predict_linear',
  'histogram_quantile',
]);

/** All of several parts must have results: one condition is enough. */
function worst(parts: readonly Conditionality[]): Conditionality {
  if (parts.some(({ kind }) => kind === 'conditional')) return CONDITIONAL;
  return (
    parts.find(({ kind }) => kind === 'presence') ?? parts.find(({ kind }) => kind === 'always') ?? CONSTANT
  );
}

function ofBinary(expr: Binary, infer: Infer, of: (part: Expr) => Conditionality): Conditionality {
  const { op, left, right } = expr;
  const [a, b] = [of(left), of(right)];
  switch (op) {
    case 'or': {
      // `or vector(0)` has a result where nothing else has.
      if ((a.kind === 'constant') !== (b.kind === 'constant'))
        return { kind: 'always', because: { what: 'or', alternative: a.kind === 'constant' ? left : right } };
      if (a.kind === 'conditional') return b;
      return b.kind === 'always' ? b : a;
    }
    case 'and':
      return worst([a, b]);
    case 'unless':
      return CONDITIONAL;
  }
  const both = worst([a, b]);
  if (!COMPARISONS.has(op) || both.kind === 'conditional') return both;
  if (isScalar(left) && isScalar(right)) return CONSTANT;
  if (expr.bool !== undefined) return { kind: 'always', because: { what: 'bool', comparison: expr } };
  const [value, limit, sign] = isScalar(left) ? [right, left, mirrored(op)] : [left, right, op];
  const bound = infer(limit).value;
  // `!=` leaves out one number; every value may be it.
  const isTrue = sign !== '!=' && isPoint(bound) && isWithin(infer(value).value, beyond(sign, bound));
  if (!isTrue) return CONDITIONAL;
  return both.kind === 'constant'
    ? CONSTANT
    : { kind: 'always', because: { what: 'true', comparison: expr } };
}
