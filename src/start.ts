import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { build } from './build.ts';
import { cacheFolder } from './cache-folder.ts';
import { openCodeCache } from './code-cache.ts';

// Node 20 optimises what runs often so early that a run of a second or two pays more for it than it gains.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=300000');

// The program itself is another file, so that the engine need not compile it each time anew.
const folder = dirname(fileURLToPath(import.meta.url));
openCodeCache(cacheFolder(process.env), build ?? '').load(`${folder}/main.cjs`);
