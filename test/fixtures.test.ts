import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { onceEach } from '../src/once.ts';
import { openDisk } from '../src/repo/disk.ts';
import { isCovered, matrixOf } from '../src/report/matrix.ts';
import { checkDisk, checkFiles, checkWithTools, hasTool, oneLine } from './support/check.ts';
import {
  expectedFindings,
  expectedPath,
  FIXTURES,
  neededTools,
  variantFiles,
  variants,
} from './support/fixtures.ts';

describe.each(FIXTURES)('the healthy stack %s', (fixture) => {
  const checked = onceEach((folder: string) => checkDisk(openDisk(folder)));
  const result = () => checked(`fixtures/${fixture}`);

  test('has no finding', () => {
    expect(result().findings.map(oneLine)).toEqual([]);
  });

  test('has every link of every critical path proved', () => {
    const rows = matrixOf(result().chains);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(isCovered(row), row.name).toBe(true);
      for (const { name, link } of row.links)
        expect(`${row.name}, ${name}: ${link.gap ?? 'proved'}`).toBe(`${row.name}, ${name}: proved`);
    }
  });
});

describe.each(variants())('the broken variant %s', (variant) => {
  const tools = neededTools(variant);

  test.skipIf(!tools.every(hasTool))('shows exactly the expected findings, an error among them', async () => {
    const files = variantFiles(variant);
    const { findings } = tools.length > 0 ? await checkWithTools(files) : checkFiles(files);
    const found = findings.map(oneLine);
    if (process.env.UPDATE === '1') writeFileSync(expectedPath(variant), `${found.join('\n')}\n`);
    expect(found).toEqual(expectedFindings(variant));
    expect(found.some((line) => line.startsWith('error '))).toBe(true);
  });
});
