import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, test } from 'vitest';
import { BUILT } from '../support/build.ts';
import { hasTool } from '../support/check.ts';
import { expectedFindings, neededTools, variantFiles, variants } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/program.ts';

interface Report {
  readonly findings: readonly {
    readonly severity: string;
    readonly rule: string;
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
  }[];
}

/** Runs the program while others run: there are many variants. */
const run = (args: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> =>
  new Promise((done) => {
    execFile(process.execPath, [resolve(BUILT, 'cli.js'), ...args], (error, stdout, stderr) =>
      done({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('the program, on a broken variant in a folder', () => {
  test.concurrent.for(variants())(
    '%s, exits 1 with the expected findings',
    async (variant, { skip, expect, onTestFinished }) => {
      const tools = neededTools(variant);
      if (!tools.every(hasTool)) skip();
      const folder = temporaryFolder(variantFiles(variant), onTestFinished);
      const { status, stdout, stderr } = await run([
        'check',
        folder,
        '--format',
        'json',
        '--promtool',
        tools.length > 0 ? 'auto' : 'off',
      ]);
      expect(stderr).toBe('');
      const { findings } = JSON.parse(stdout) as Report;
      expect(
        findings.map(
          ({ severity, rule, file, line, column, message }) =>
            `${severity} ${rule} ${file}:${line}:${column} ${message}`,
        ),
      ).toEqual(expectedFindings(variant));
      expect(status).toBe(1);
    },
  );
});
