import { spawnSync } from 'node:child_process';
import type { Figure } from '../figure.ts';

/** What the program makes of files that nobody means well with. */
export const badInput: Figure = {
  name: 'bad input',
  goal: 'a clear finding or error, never a stack trace, a hang or 1 GB; nothing outside the root is read',
  measure() {
    const { stdout } = spawnSync(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', 'test/robustness', 'test/fuzz', '--reporter', 'json'],
      { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const { numPassedTests, numFailedTests, numTotalTests } = JSON.parse(
      stdout.slice(stdout.indexOf('{')),
    ) as {
      numPassedTests: number;
      numFailedTests: number;
      numTotalTests: number;
    };
    return [
      {
        text: `${numPassedTests} of ${numTotalTests} tests of test/robustness and test/fuzz pass, ${numFailedTests} fail`,
        isMet: numFailedTests === 0 && numPassedTests > 0,
        next: 'npx vitest run test/robustness test/fuzz says what fails',
      },
    ];
  },
};
