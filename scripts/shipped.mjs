// What of others is in the bundles and in promql.wasm, for the licence notices and the bill of materials.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const json = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** The folders of the packages of which esbuild's metafiles say that something is in what it built. */
function packageFolders(metafiles) {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = paths.map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** Every package of which something is in the bundles, with the digest that package-lock.json knows it by. */
export function bundledPackages(metafiles) {
  const locked = json('package-lock.json').packages;
  // What an earlier bundler put into the generated code looks like a source of ours to the later one.
  const generated = json('src/schema/generated/packages.json').map((name) => `node_modules/${name}`);
  const folders = new Map(
    [...generated, ...packageFolders(metafiles)].map((folder) => [
      folder.slice(folder.indexOf('node_modules/')),
      folder,
    ]),
  );
  return [...folders.keys()].sort().map((key) => {
    const folder = folders.get(key);
    const { name, version, license } = json(join(folder, 'package.json'));
    if (locked[key]?.version !== version)
      throw new Error(`${name} ${version} is installed, and package-lock.json has another: run npm ci`);
    const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file));
    const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    const sha512 = Buffer.from(locked[key].integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
    return { name, version, license, sha512, texts };
  });
}

/** Every crate that is compiled into promql.wasm, with the digest that Cargo.lock knows it by. */
export function compiledCrates() {
  const locked = new Map(
    readFileSync('wasm/Cargo.lock', 'utf8')
      .split('[[package]]')
      .map((entry) => {
        const value = (key) => new RegExp(`^${key} = "(.*)"$`, 'm').exec(entry)?.[1];
        return [`${value('name')} ${value('version')}`, value('checksum')];
      }),
  );
  const notices = readFileSync('wasm/THIRD-PARTY-LICENSES.txt', 'utf8');
  return [...notices.matchAll(/^(\S+) (\S+) \((.+)\), in promql\.wasm$/gm)].map(
    ([, name, version, license]) => {
      const sha256 = locked.get(`${name} ${version}`);
      if (sha256 === undefined)
        throw new Error(`wasm/Cargo.lock has no ${name} ${version}: run wasm/build.sh`);
      return { name, version, license, sha256 };
    },
  );
}
