import { sampled } from './test/mutation/sample.mjs';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
// biome-ignore lint/style/noDefaultExport: Stryker reads its configuration from the default export
export default {
  mutate: sampled(['src/promql', 'src/coverage', 'rules/promql', 'rules/recording', 'rules/alertmanager']),
  plugins: ['./test/mutation/runner.mjs'],
  testRunner: 'in-process',
  buildCommand: 'node test/mutation/bundle.mjs',
  ignorers: ['documentation'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // What is loaded anew for mutants of constants stays in the memory.
  maxTestRunnerReuse: 150,
  timeoutMS: 20_000,
  incremental: true,
  incrementalFile: 'coverage/mutation/incremental.json',
  tempDirName: 'coverage/mutation/sandbox',
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
  htmlReporter: { fileName: 'coverage/mutation/report.html' },
  clearTextReporter: { logTests: false, reportTests: false, reportMutants: false, allowColor: false },
  // TypeScript 7 has no JavaScript interface, by which Stryker would rewrite the last one.
  ignorePatterns: ['/dist', '/docs', '/bench', '/coverage', '/wasm/target', '/wasm/src', '/tsconfig.json'],
};
