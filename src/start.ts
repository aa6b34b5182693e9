import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeCacheFolder, openCodeCache } from './code-cache.ts';

/** Set by the bundler: tells one build's files from another's. */
declare const BUILD: string;

// The program itself is another file, so that the engine need not compile it each time anew.
const folder = dirname(fileURLToPath(import.meta.url));
openCodeCache(codeCacheFolder(process.env), BUILD).load(`${folder}/main.cjs`);
