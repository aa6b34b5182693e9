import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { codeCacheFolder, openCodeCache } from './code-cache.ts';

/** Set by the bundler: tells one build's files from another's. */
declare const BUILD: string;

// Node 20 optimises what runs often so early that a run of a second or two pays more for it than it gains.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=300000');

// The program itself is another file, so that the engine need not compile it each time anew.
const folder = dirname(fileURLToPath(import.meta.url));
openCodeCache(codeCacheFolder(process.env), BUILD).load(`${folder}/main.cjs`);
