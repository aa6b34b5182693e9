import { readEnv } from '../../repo/env.ts';
import type { Files } from '../../repo/files.ts';
import { type Place, within } from '../../repo/node.ts';
import { isReadable } from '../../repo/repository.ts';
import { variablesOf } from './interpolate.ts';
import type { Project } from './project.ts';
import type { Service } from './service.ts';

/**
 * Where the value of a container's variable is really written: in the text itself, as the default of a
 * variable in it, in `.env`, or in a file of variables. Undefined where that is a file that git leaves
 * out: what is written there is its owner's own.
 */
export function originOf(
  name: string,
  value: string,
  place: Place,
  { service, project, files }: { service: Service; project: Project; files: Files },
): Place | undefined {
  if (!('node' in place)) return place;
  const { node } = place;
  const envFile = service.envFiles.find((file) => file.node === node);
  if (envFile !== undefined)
    return envFile.path === undefined ? undefined : inEnvFile(files, envFile.path, name);
  const text = typeof node.value === 'string' ? node.value : '';
  // In an address the user stands before the password, and may be the same word.
  const inAddress = text.indexOf(`:${value}@`) + 1;
  const offset = inAddress > 0 ? inAddress : text.indexOf(value);
  if (offset >= 0) return within(node, { start: offset, end: offset + value.length });
  for (const variable of variablesOf(text)) {
    const known = project.environment.get(variable.name);
    if (known === undefined || !value.includes(known) || known === '') continue;
    return inEnvFile(files, project.folder === '' ? '.env' : `${project.folder}/.env`, variable.name);
  }
  return place;
}

/** A variable's value in a file of variables that is in git. */
export function inEnvFile({ repo }: Files, path: string, name: string): Place | undefined {
  if (repo.isIgnored(path)) return undefined;
  const source = repo.text(path);
  if (!isReadable(source)) return undefined;
  const variable = readEnv(source).findLast((one) => one.name === name);
  return variable && { source, span: variable.valueSpan };
}
