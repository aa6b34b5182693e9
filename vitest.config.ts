import { configDefaults, defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude],
    globalSetup: ['test/support/build.ts'],
    // Where somebody asks for more runs of each property, they take their time.
    testTimeout: process.env.MONITORING_CHECK_RUNS === undefined ? 30_000 : 1_800_000,
    // Most tests wait for programs that they started: one file a core, where vitest would leave one core free.
    maxWorkers: '100%',
    // Stacks that are booted at once share two cores.
    maxConcurrency: 3,
    // Otherwise the style of the HTML report would be empty in tests.
    css: true,
    coverage: {
      include: ['src/**/*.ts', 'rules/**/*.ts'],
      exclude: ['src/schema/generated/**', 'rules/index.ts', '**/*.d.ts'],
      reporter: ['json'],
      reportsDirectory: 'coverage/lines',
    },
  },
});
