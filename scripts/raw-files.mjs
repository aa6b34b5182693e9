// Loads `./page.css?raw` as its text, as Vite does by itself.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** An esbuild plugin. */
export const rawFiles = {
  name: 'raw-files',
  setup(build) {
    build.onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace(/\?raw$/, '')),
      namespace: 'raw-file',
    }));
    build.onLoad({ filter: /.*/, namespace: 'raw-file' }, async ({ path }) => ({
      contents: await readFile(path, 'utf8'),
      loader: 'text',
    }));
  },
};
