import {
  child,
  entries,
  exists,
  keyOf,
  type Node,
  type Place,
  startOf,
  textItems,
  within,
} from '../repo/node.ts';
import { isReadable } from '../repo/repository.ts';
import type { Stack, System } from './system.ts';

/** A setting of a compose project by its keys, and a text that stands in it. */
export interface Setting {
  readonly keys: readonly string[];
  readonly written: string | undefined;
}

export const keyOfSetting = (keys: readonly string[], written?: string): Setting => ({ keys, written });

/** Where a setting of a service is written, as far as it can be told; else where the service is. */
export function placeOfSetting(
  stack: Stack,
  system: System,
  service: string,
  { keys, written }: Setting,
): Place {
  const found = stack.containers.find((container) => container.service.name === service)?.service;
  if (found === undefined) return placeOfProject(stack, system);
  const [first = ''] = keys;
  for (const layer of [...found.layers].reverse()) {
    const node = child(layer.node, ...keys);
    if (!exists(node)) continue;
    return itemWith(node, written, found.mounts) ?? (first === keys.at(-1) ? keyOf(node) : { node });
  }
  const outer = found.layers.map(({ node }) => child(node, first)).findLast(exists);
  return outer === undefined ? keyOf(found.node) : keyOf(outer);
}

/** The item of a list that says something: by its own text, or as the mount of a source. */
function itemWith(
  node: Node,
  written: string | undefined,
  mounts: readonly {
    readonly source: string | undefined;
    readonly path: string | undefined;
    readonly node: Node;
  }[],
): Place | undefined {
  if (written === undefined) return undefined;
  const mount = mounts.find(
    ({ source, path }) =>
      source === written ||
      source?.replace(/(?<=.)\/+$/, '') === written ||
      (path !== undefined && written.endsWith(`/${path}`)),
  );
  if (mount !== undefined) return { node: mount.node };
  const item = textItems(node).find(
    ({ text }) =>
      text === written ||
      text.startsWith(`${written}:`) ||
      written.endsWith(text.replace(/^\.{0,2}\/?/, '/')),
  );
  if (item !== undefined) return { node: item.node };
  const entry = entries(node).find(([name]) => name === written);
  if (entry !== undefined) return keyOf(entry[1]);
  const at = typeof node.value === 'string' ? node.value.indexOf(written) : -1;
  return at < 0 ? undefined : within(node, { start: at, end: at + written.length });
}

/** Where something that a project declares at its top is written. */
export function placeOfResource(stack: Stack, system: System, { keys }: Setting): Place {
  const [kind = '', name = '', ...rest] = keys;
  const nodes =
    kind === 'networks' || kind === 'volumes' || kind === 'configs' || kind === 'secrets'
      ? [stack.project, ...stack.beside].flatMap((project) => project?.[kind].get(name) ?? [])
      : [];
  for (const node of [...nodes].reverse()) {
    const inner = child(node, ...rest);
    if (rest.length > 0 && exists(inner)) return keyOf(inner);
  }
  const [node] = nodes.slice(-1);
  return node === undefined ? placeOfProject(stack, system) : keyOf(node);
}

/** The project as a whole: the first line of its first file. */
export function placeOfProject(stack: Stack, { files }: System): Place {
  const [path = ''] = stack.project?.paths ?? [];
  const source = files.repo.text(path);
  if (!isReadable(source)) throw new Error(`${path} is a compose file that cannot be read`);
  return startOf(source);
}
