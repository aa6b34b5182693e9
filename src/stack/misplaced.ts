import type { Kind } from '../repo/classify.ts';
import type { Files } from '../repo/files.ts';
import type { Place } from '../repo/node.ts';
import { isUnknown } from './compose/interpolate.ts';
import { type Container, flagValues, rewritesFiles } from './container.ts';
import { configPath } from './prometheus.ts';

/** A program that does not read the configuration that is put into its container. */
export interface Misplaced {
  /** Where it looks. */
  readonly path: string;
  /** Where the flag says so; undefined where it is the image's default. */
  readonly flag: Place | undefined;
  /** Whether the image brings a configuration of its own there, so that it starts all the same. */
  readonly hasDefault: boolean;
  /** The files of its kind that it has elsewhere. */
  readonly found: readonly { readonly target: string; readonly path: string; readonly via: Place }[];
}

/** Whether a container has a configuration of a kind, and reads another path; undefined when it reads it, or that is not known. */
export function misplacedConfig(container: Container, kind: Kind, files: Files): Misplaced | undefined {
  const path = configPath(container);
  if (path === undefined || isUnknown(path) || container.service.build !== undefined) return undefined;
  if (rewritesFiles(container)) return undefined;
  const standing = container.at(path);
  if (standing.state !== 'image' && standing.state !== 'missing') return undefined;
  const found = container
    .below('/')
    .found.filter((file) => file.target !== path && files.at(file.path).some((other) => other.kind === kind));
  if (found.length === 0) return undefined;
  const flag = container.facts?.configFlags
    ?.flatMap((name) => flagValues(container.args, name))
    .at(-1)?.place;
  return { path, flag, hasDefault: standing.state === 'image' && path === container.facts?.config, found };
}
