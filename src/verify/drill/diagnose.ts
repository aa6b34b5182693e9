import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isScalar } from '../../promql/labelsets.ts';
import { type Binary, type Expr, inner } from '../../promql/tree.ts';
import type { Span } from '../../repo/text.ts';
import { promql } from '../../stack/expression.ts';
import { runPromtool } from '../promtool-run.ts';
import { temporaryFolder } from '../temporary.ts';
import { type Judge, readPairs } from './judge.ts';
import type { Candidate, Scenario } from './scenario.ts';
import { inputSeries, recordingRules } from './testfile.ts';

/** A series set under which an alert does not fire. */
export interface Subject {
  readonly candidate: Candidate;
  readonly scenario: Scenario;
}

/** Where an expression's result is lost, though both sides of an operator have one. */
export interface Diagnosis {
  /** A part of a sentence, in the words of the expression. */
  readonly reason: string;
  /** Whether the sides have different labels, which no other values change. */
  readonly isOfLabels: boolean;
  /** How much of the expression the operator spans, in UTF-16 units. */
  readonly extent: number;
}

/** A promtool that takes longer is ended, in milliseconds. */
const LONGEST = 60_000;
/** How many test files one promtool reads, and how many run at once. */
const MOST_FILES = 40;
const AT_ONCE = 2;
/** The label by which the answers to questions are told apart. */
const MARK = 'monitoring_check_question';

interface Sample {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/**
 * Has promtool evaluate the parts of expressions at the end of a scenario each, and finds the innermost
 * operator at which the result is lost. Undefined where there is none.
 */
export async function diagnose(by: Judge, subjects: readonly Subject[]): Promise<(Diagnosis | undefined)[]> {
  const questions = subjects.map(({ candidate }) => {
    const { expr } = candidate.rule;
    const tree = expr && promql(expr).query.tree;
    return tree === undefined ? [] : operators(tree);
  });
  const asked = questions.flatMap((binaries, subject) =>
    binaries.flatMap((binary, number) =>
      ([binary, binary.left, binary.right] as const).map((part, side) => ({
        subject,
        part,
        mark: `${subject}.${number}.${side}`,
      })),
    ),
  );
  if (asked.length === 0) return subjects.map(() => undefined);
  const tests = subjects.map((subject, index) => ({
    subject,
    queries: asked.filter((one) => one.subject === index),
  }));
  const answers = await ask(by, tests);
  return subjects.map(({ candidate }, subject) => {
    const text = candidate.rule.expr?.text ?? '';
    for (const [number, binary] of (questions[subject] ?? []).entries()) {
      const [result, left, right] = [0, 1, 2].map(
        (side) => answers.get(`${subject}.${number}.${side}`) ?? [],
      ) as [Sample[], Sample[], Sample[]];
      if (result.length === 0 && left.length > 0 && right.length > 0)
        return diagnosisOf(binary, left, right, text);
    }
    return undefined;
  });
}

/** The operators that need a result of both sides, the inner ones first. */
function operators(expr: Expr): Binary[] {
  const found = inner(expr).flatMap(operators);
  return expr.kind === 'binary' && expr.op !== 'or' && expr.op !== 'unless' && expr.bool === undefined
    ? [...found, expr]
    : found;
}

async function ask(
  { promtool, flags }: Judge,
  tests: readonly { subject: Subject; queries: readonly { part: Expr; mark: string }[] }[],
): Promise<Map<string, Sample[]>> {
  const folder = temporaryFolder();
  try {
    const names = tests.map(({ subject: { candidate, scenario }, queries }, index) => {
      const text = candidate.rule.expr?.text ?? '';
      const { step, evaluation, end } = scenario.timeline;
      const name = `parts${index}`;
      const rules = { groups: [{ name: 'parts', rules: recordingRules(candidate) }] };
      const test = {
        rule_files: [`${name}.rules.yml`],
        evaluation_interval: `${evaluation}s`,
        tests: [
          {
            interval: `${step}s`,
            input_series: inputSeries(scenario),
            promql_expr_test: queries.map(({ part, mark }) => ({
              expr: marked(part, mark, text),
              eval_time: `${end}s`,
            })),
          },
        ],
      };
      writeFileSync(join(folder.path, `${name}.rules.yml`), stringify(rules), { mode: 0o600 });
      writeFileSync(join(folder.path, `${name}.test.yml`), stringify(test), { mode: 0o600 });
      return `${name}.test.yml`;
    });
    const found = new Map<string, Sample[]>();
    const work = async (): Promise<void> => {
      for (let own = names.splice(0, MOST_FILES); own.length > 0; own = names.splice(0, MOST_FILES)) {
        const { output } = await runPromtool(promtool, ['test', 'rules', ...flags, ...own], {
          folder: folder.path,
          timeout: LONGEST,
        });
        for (const [mark, samples] of samplesIn(output)) found.set(mark, samples);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return found;
  } finally {
    folder.remove();
  }
}

/** A part of an expression whose samples say which question they answer. */
function marked(part: Expr, mark: string, text: string): string {
  const own = text.slice(part.span.start, part.span.end);
  // A comment at its end would take the parenthesis with it.
  const vector = isScalar(part) ? `vector(${own}\n)` : `(${own}\n)`;
  return `label_replace(${vector}, "${MARK}", "${mark}", "", "")`;
}

/** The samples that promtool names because none is expected, by the question that they answer. */
function samplesIn(output: string): Map<string, Sample[]> {
  const found = new Map<string, Sample[]>();
  for (const [, text = '', value = ''] of output.matchAll(
    /\{((?:[^"{}]|"(?:[^"\\]|\\.)*")*)\} ([-+]?(?:\d[\d.]*(?:E[-+]\d+)?|Inf|NaN))/g,
  )) {
    const labels = readPairs(text);
    const mark = labels.get(MARK);
    if (mark === undefined) continue;
    labels.delete(MARK);
    labels.delete('__name__');
    const number = Number(value.replace('Inf', 'Infinity'));
    found.set(mark, [...(found.get(mark) ?? []), { labels, value: number }]);
  }
  return found;
}

function diagnosisOf(
  binary: Binary,
  left: readonly Sample[],
  right: readonly Sample[],
  text: string,
): Diagnosis {
  const extent = binary.span.end - binary.span.start;
  const [own, other] = [left, right].map((samples) => samples.map(({ labels }) => matchedBy(binary, labels)));
  if (!isScalar(binary.left) && !isScalar(binary.right) && !own?.some((key) => other?.includes(key)))
    return {
      reason: `in ${quoted(binary.span, text)} the two sides never have the same labels: ${own?.[0]} and ${other?.[0]}`,
      isOfLabels: true,
      extent,
    };
  const [a, b] = [shown(left[0]?.value), shown(right[0]?.value)];
  const { opSpan, span } = binary;
  const reason =
    binary.right.kind === 'number'
      ? `${quoted({ start: opSpan.start, end: span.end }, text)} does not hold where ${quoted(binary.left.span, text)} is ${a}`
      : binary.left.kind === 'number'
        ? `${quoted({ start: span.start, end: opSpan.end }, text)} does not hold where ${quoted(binary.right.span, text)} is ${b}`
        : `"${binary.op}" does not hold in ${quoted(span, text)} where its sides are ${a} and ${b}`;
  return { reason, isOfLabels: false, extent };
}

const shown = (value: number | undefined): string =>
  value === undefined ? 'nothing' : String(Number(value.toPrecision(6)));

/** The labels by which a sample is matched, as they are written. */
function matchedBy({ matching }: Binary, labels: ReadonlyMap<string, string>): string {
  const own = [...labels].filter(([name, value]) => {
    if (value === '') return false;
    if (matching === undefined) return true;
    return matching.labels.includes(name) === (matching.mode === 'on');
  });
  return `{${own
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}

const LONGEST_PART = 90;

function quoted({ start, end }: Span, text: string): string {
  const own = text.slice(start, end).replace(/\s+/g, ' ').trim();
  return `"${own.length > LONGEST_PART ? `${own.slice(0, LONGEST_PART)}…` : own}"`;
}
