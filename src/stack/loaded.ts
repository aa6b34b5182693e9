import { onceOf } from '../once.ts';
import type { Place } from '../repo/node.ts';
import { composed, type System } from './system.ts';

/**
 * The files that a service of the monitoring is given, and that it reads as configuration: a mistake in
 * one matters, whatever the file looks like. With what puts each there.
 */
export function loadedFiles(system: System): ReadonlyMap<string, Place> {
  const paths = new Map<string, Place>();
  for (const { container } of composed(system)) {
    const { facts } = container;
    if (facts === undefined || facts.role === 'app' || facts.role === 'storage') continue;
    for (const { path, via, target } of container.below('/').found) {
      const isData = facts.data !== undefined && target.startsWith(`${facts.data}/`);
      if (isData && !/dashboards?\//.test(target)) continue;
      if (/\.(?:ya?ml|json|rules|alerts?)$/i.test(path) && !paths.has(path)) paths.set(path, via);
    }
  }
  return paths;
}

/** The files of the repository that some container has. */
export const filesInContainers = onceOf(
  ({ stacks }: System): ReadonlySet<string> =>
    new Set(
      stacks.flatMap(({ containers }) =>
        containers.flatMap((container) => container.below('/').found.map(({ path }) => path)),
      ),
    ),
);
