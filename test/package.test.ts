import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

describe('the package', () => {
  test('holds what is needed to run it and to read about it, and nothing else', () => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as [Packed];
    const folders = new Set(
      packed.files.map(({ path }) => path.replace(/^(docs\/rules|dist\/lazy)\/.*/, '$1/*')),
    );
    expect([...folders].sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist/THIRD-PARTY-LICENSES.txt',
      'dist/action.js',
      'dist/cli.js',
      'dist/lazy/*',
      'dist/main.cjs',
      'dist/package.json',
      'docs/rules/*',
      'package.json',
      'schemas/graph.schema.json',
      'schemas/monitoring-check.schema.json',
      'schemas/report.schema.json',
      'wasm/promql.wasm',
    ]);
  });

  test('is locked without the address of a registry, and installs nothing at run time', () => {
    expect(readFileSync('package-lock.json', 'utf8')).not.toContain('"resolved"');
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies?: object };
    expect(dependencies).toBeUndefined();
  });
});
