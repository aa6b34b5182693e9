import type { Kind } from '../repo/classify.ts';
import type { File } from '../repo/files.ts';
import { child, isFields, type Node, textOf } from '../repo/node.ts';
import { isUnknown } from './compose/interpolate.ts';
import { type Container, flagValues } from './container.ts';
import type { Role } from './knowledge/images.ts';
import type { Configured, Stack, System } from './system.ts';

/** A program of a kind, such as Loki, as a container runs it or as a file alone describes it. */
export interface Program {
  /** Undefined for a configuration that no container reads. */
  readonly container: Container | undefined;
  readonly stack: Stack | undefined;
  /** Its configuration's root; undefined when it is not in the repository, or broken. */
  readonly config: Node | undefined;
}

/** The configuration that a service reads, whatever it looks like; undefined when it is not here, or broken. */
export function configurationOf({ standing }: Configured, { files }: System): Node | undefined {
  if (standing.state !== 'file') return undefined;
  const document = files.document(standing.path);
  if (document === undefined || document.problems.some(({ kind }) => kind !== 'duplicate-key'))
    return undefined;
  const value = document.values[0];
  return isFields(value) ? { doc: document, index: 0, path: [], value } : undefined;
}

/** Every program of a role, once for each container, then the configurations that no container reads. */
export function programs(system: System, role: Role, kind: Kind): Program[] {
  const seen = new Set<Container>();
  const read = new Set<string>();
  const found: Program[] = [];
  for (const stack of system.stacks) {
    for (const configured of stack.configured) {
      if (configured.role !== role || seen.has(configured.container)) continue;
      seen.add(configured.container);
      if (configured.standing.state === 'file') read.add(configured.standing.path);
      found.push({ container: configured.container, stack, config: configurationOf(configured, system) });
    }
  }
  const loose = system.files.of(kind).filter((file) => !file.isBroken && !read.has(file.path));
  return [
    ...found,
    ...loose.map(({ node }: File) => ({ container: undefined, stack: undefined, config: node })),
  ];
}

/** The program that a container runs, with its configuration; undefined for one that reads none. */
export function programOf(system: System, container: Container): Program | undefined {
  for (const stack of system.stacks) {
    const configured = stack.configured.find((other) => other.container === container);
    if (configured !== undefined) return { container, stack, config: configurationOf(configured, system) };
  }
  return undefined;
}

/**
 * A setting that a flag gives, or else the configuration; undefined where neither does, or where it holds
 * a variable.
 */
export function setting(program: Program, flag: string, ...keys: string[]): string | undefined {
  const fromFlag = program.container && flagValues(program.container.args, flag).at(-1)?.text;
  const text = fromFlag || (program.config && textOf(child(program.config, ...keys)));
  return text === undefined || isUnknown(text) ? undefined : text;
}

/** A port that a program is set to listen on; `absent` where nothing sets it, undefined where it is not known. */
export function portSetting(
  program: Program,
  absent: number | undefined,
  flag: string,
  ...keys: string[]
): number | undefined {
  const { container, config } = program;
  const isGiven = container !== undefined && flagValues(container.args, flag).length > 0;
  const isWritten = config !== undefined && child(config, ...keys).value !== undefined;
  if (!isGiven && !isWritten) return config === undefined ? undefined : absent;
  const port = Number(setting(program, flag, ...keys));
  return Number.isInteger(port) ? port : undefined;
}
