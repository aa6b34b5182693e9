import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BUILT } from './support/build.ts';

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
      'dist/sbom.cdx.json',
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

interface Component {
  readonly type: string;
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly { readonly license?: { readonly id: string }; readonly expression?: string }[];
  readonly purl?: string;
}

interface Bill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly version: number;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

describe('the bill of materials', () => {
  const text = readFileSync(`${BUILT}/sbom.cdx.json`, 'utf8');
  const bill = JSON.parse(text) as Bill;
  const notices = readFileSync(`${BUILT}/THIRD-PARTY-LICENSES.txt`, 'utf8');
  const libraries = bill.components.filter(({ type }) => type === 'library');
  const purls = libraries.map(({ purl }) => purl);

  test('lists what the licence notices are about: the packages in the bundles, the crates in promql.wasm', () => {
    const headings = [...notices.matchAll(/^(\S+) (\S+) \(.+\)(, in promql\.wasm)?$/gm)];
    expect(purls).toEqual(
      headings.map(
        ([, name, version, isCrate]) =>
          `pkg:${isCrate ? 'cargo' : 'npm'}/${name?.replace('@', '%40')}@${version}`,
      ),
    );
    // A package of the bundles, a scoped one, one that only generated code is from, and a crate.
    for (const start of ['npm/yaml@', 'npm/%40actions/core@', 'npm/ajv@', 'cargo/promql-parser@'])
      expect(purls.filter((purl) => purl?.startsWith(`pkg:${start}`))).toHaveLength(1);
  });

  test('lists nothing that only builds and tests it', () => {
    const names = libraries.map(({ name }) => name);
    const tools = ['vitest', 'typescript', 'esbuild', 'chai', 'fast-check', 'axe-core', '@biomejs/biome'];
    for (const tool of [...tools, '@stryker-mutator/core', '@types/node', 'cc', 'monitoring-check-promql'])
      expect(names).not.toContain(tool);
  });

  test('is CycloneDX 1.6', () => {
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
    expect(bill.metadata.component).toMatchObject({ type: 'application', name: 'monitoring-check' });
    for (const { name, version, purl, 'bom-ref': ref, licenses, hashes } of libraries) {
      expect(purl).toBe(ref);
      expect(purl).toMatch(/^pkg:(?:npm|cargo)\/(?:%40[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+[\w.+-]*$/);
      expect(decodeURIComponent(purl ?? '')).toMatch(new RegExp(`/${name}@${version}$`));
      expect(licenses).toHaveLength(1);
      const [{ license, expression } = {}] = licenses ?? [];
      expect(license?.id ?? expression).toMatch(/^[\w.() -]+$/);
      expect(license === undefined).toBe(/ /.test(license?.id ?? expression ?? ''));
      const [hash] = hashes ?? [];
      expect(hash?.content).toMatch(hash?.alg === 'SHA-512' ? /^[0-9a-f]{128}$/ : /^[0-9a-f]{64}$/);
    }
    const refs = [bill.metadata.component, ...bill.components].map((one) => one['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    // Each is there for something that ships, and for one thing.
    const needed = bill.dependencies.flatMap(({ dependsOn }) => dependsOn);
    expect([...needed].sort()).toEqual(bill.components.map((one) => one['bom-ref']).sort());
    for (const { ref } of bill.dependencies) expect(refs).toContain(ref);
  });

  test('is the same wherever and whenever it is made', () => {
    for (const part of [process.cwd(), 'node_modules', 'timestamp', 'serialNumber', '://'])
      expect(text).not.toContain(part);
  });

  test('is what a release attaches', () => {
    const workflow = readFileSync('.github/workflows/release.yml', 'utf8');
    expect(workflow).toMatch(/gh release create .* dist\/sbom\.cdx\.json$/m);
    expect(workflow).not.toContain('npm sbom');
  });
});
