import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpusPath, corpusRows } from '../test/support/corpus.ts';

/** An expression of the corpus, and where it was found. */
interface Row {
  readonly kind: string;
  readonly file: string;
  readonly expr: string;
}

const rules = (): readonly Row[] =>
  corpusRows<Row>('expressions.jsonl').filter(({ kind }) => kind === 'rule');

/** Lends a folder that is gone afterwards. */
export async function inFolder<R>(work: (folder: string) => R | Promise<R>): Promise<R> {
  const folder = mkdtempSync(join(tmpdir(), 'monitoring-check-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Copies every rule file of the corpus into one folder. */
export function copyRuleFiles(folder: string): readonly string[] {
  const paths = [...new Set(rules().map(({ file }) => file))];
  return paths.map((path, index) => {
    const copy = join(folder, `${index}.yml`);
    copyFileSync(corpusPath(path), copy);
    return copy;
  });
}

/** Writes so many alerts of the corpus into a folder, the same ones in every run. */
export function writeAlerts(folder: string, count: number): void {
  const alerts = rules()
    .filter(({ expr }) => /[<>=]=? *[^=~"]*$|absent/.test(expr))
    .slice(0, count)
    .map(({ expr }, index) => ({ alert: `Alert${index}`, expr, for: ['0s', '1m', '5m'][index % 3] }));
  const groups = [{ name: 'bench', rules: alerts }];
  writeFileSync(join(folder, 'alerts.yml'), JSON.stringify({ groups }));
}
