import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function isInstalled(): boolean {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Whether Prometheus's own tool is on this machine. Tests that ask it skip without it. */
export const hasPromtool = isInstalled();

/** Runs promtool on files that are written for it; its exit status and all that it prints. */
export function promtool(
  args: readonly string[],
  files: Readonly<Record<string, string>>,
): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { status, stdout, stderr } = spawnSync('promtool', args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return { status, output: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface EvaluatedSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What an expression returned, or why it could not be evaluated. */
export type Evaluated = readonly EvaluatedSample[] | { readonly error: string };

/**
 * Evaluates expressions over series, given as `name{labels}` with values in promtool's notation, at one
 * time: rule unit tests that expect nothing say what they got.
 */
export function evaluate(
  expressions: readonly string[],
  series: Readonly<Record<string, string>>,
  rules = 'groups: []',
): Map<string, Evaluated> {
  const test = {
    rule_files: ['rules.yml'],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: expressions.map((expr) => ({ expr, eval_time: '30m' })),
      },
    ],
  };
  const { output } = promtool(['test', 'rules', 'test.yml'], {
    'rules.yml': rules,
    'test.yml': JSON.stringify(test),
  });
  const results = new Map<string, Evaluated>(expressions.map((expression) => [expression, []]));
  const entry = /^ {4}expr: ("(?:[^"\\]|\\.)*"), time: \w+,(?: err: (.*)|\n {8}exp: nil\n {8}got: (.*))$/gm;
  for (const [, quoted = '', error, got] of output.matchAll(entry)) {
    const expression = JSON.parse(quoted) as string;
    if (!results.has(expression)) throw new Error(`promtool speaks of another expression: ${expression}`);
    results.set(expression, error === undefined ? samplesIn(got ?? '') : { error });
  }
  if (/^(?:rules|test)\.yml: /m.test(output) || !/SUCCESS|FAILED:/.test(output)) throw new Error(output);
  return results;
}

function samplesIn(text: string): EvaluatedSample[] {
  return [...text.matchAll(/\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\} ([^\s,]+)/g)].map(
    ([, labels = '', value]) => ({
      labels: Object.fromEntries(
        [...labels.matchAll(/([\w.]+)=("(?:[^"\\]|\\.)*")/g)].map(([, name = '', quoted = '']) => [
          name,
          JSON.parse(quoted) as string,
        ]),
      ),
      value: Number((value as string).replace('+Inf', 'Infinity').replace('-Inf', '-Infinity')),
    }),
  );
}
