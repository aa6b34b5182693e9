// The bill of materials of what ships, as CycloneDX. Nothing in it changes from one build of the same sources to another.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const WASM = 'wasm/promql.wasm';

/** One licence has an id, several are an expression; crates of old part them with a slash. */
function licences(license) {
  const expression = license.replace(/ ?\/ ?/g, ' OR ');
  return [expression.includes(' ') ? { expression } : { license: { id: expression } }];
}

const hashes = (alg, content) => [{ alg, content }];

/** A package or a crate; its purl is its name in the rest of the bill. */
function component(ecosystem, { name, version, license }, rest) {
  const purl = `pkg:${ecosystem}/${name.replace(/^@/, '%40')}@${version}`;
  return { type: 'library', 'bom-ref': purl, name, version, ...rest, licenses: licences(license), purl };
}

/** The bill's text: this package, the packages in its bundles, promql.wasm and the crates in that. */
export function billOfMaterials(packages, crates) {
  const { name, version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
  const itself = component('npm', { name, version, license }, { type: 'application' });
  const bundled = packages.map((one) => component('npm', one, { hashes: hashes('SHA-512', one.sha512) }));
  const compiled = crates.map((one) => component('cargo', one, { hashes: hashes('SHA-256', one.sha256) }));
  const wasm = {
    type: 'file',
    'bom-ref': WASM,
    name: WASM,
    hashes: hashes('SHA-256', createHash('sha256').update(readFileSync(WASM)).digest('hex')),
  };
  const refs = (components) => components.map((one) => one['bom-ref']);
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { lifecycles: [{ phase: 'build' }], component: itself },
    components: [...bundled, wasm, ...compiled],
    dependencies: [
      { ref: itself['bom-ref'], dependsOn: refs([...bundled, wasm]) },
      { ref: WASM, dependsOn: refs(compiled) },
    ],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}
