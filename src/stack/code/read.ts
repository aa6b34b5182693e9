import type { SourceText } from '../../repo/text.ts';
import type { Definition } from './definition.ts';
import { goDefinitions } from './go.ts';
import { javascriptDefinitions } from './javascript.ts';
import { jvmDefinitions } from './jvm.ts';
import { pythonDefinitions } from './python.ts';
import { rustDefinitions } from './rust.ts';

const READERS: readonly [RegExp, (text: string) => Definition[]][] = [
  [/\.pyi?$/, pythonDefinitions],
  [/\.go$/, goDefinitions],
  [/\.(?:java|kt|kts|scala)$/, jvmDefinitions],
  [/\.[cm]?[jt]sx?$/, javascriptDefinitions],
  [/\.rs$/, rustDefinitions],
];

/** Whether a file is code of a language in which metrics' definitions are found. */
export const isCode = (path: string): boolean => READERS.some(([extension]) => extension.test(path));

/** The metrics that a file's code defines with the client libraries of its language. */
export function definitionsIn(source: SourceText): Definition[] {
  const reader = READERS.find(([extension]) => extension.test(source.path));
  return reader ? reader[1](source.text) : [];
}
