import { child, entries, isFields, items, textItems } from '../repo/node.ts';
import type { Stack, System } from '../stack/system.ts';
import type { Reach } from './safety.ts';

/** Paths and addresses that leave the repository, wherever they are written. */
const LEAVES = /^[/~]|(?:^|\/)\.\.(?:\/|$)|^(?:[a-z]+:\/\/|oci:|git@)/;

/** Of a path within a folder, only what climbs above the root leaves it; compose files seldom climb that far. */
const isOutside = (path: string | undefined, written: string): boolean =>
  path === undefined && LEAVES.test(written);

/**
 * What compose itself would read from elsewhere while it only prints the configuration: files of variables,
 * whose lines it may print, and parts of the project, which it may download.
 */
export function outsideReads(system: System, stack: Stack): Reach[] {
  const fromServices = stack.containers.flatMap(({ service }) =>
    service.envFiles
      .filter(({ path, text }) => isOutside(path, text))
      .map(({ text }): Reach => reads(service.name, 'env_file', text, 'reads variables')),
  );
  const paths = [stack.project, ...stack.beside].flatMap((project) => [...(project?.allPaths ?? [])]);
  const fromParts = [...new Set(paths)].flatMap((path) => {
    const file = system.files.at(path).find(({ kind }) => kind === 'compose');
    if (file === undefined) return [];
    const included = items(child(file.node, 'include')).flatMap((item) =>
      textItems(isFields(item.value) ? child(item, 'path') : item)
        .filter(({ text }) => LEAVES.test(text) && !text.startsWith('..'))
        .map(
          ({ text }): Reach => ({
            service: undefined,
            setting: { keys: ['include'], written: text },
            what: `the project includes "${text}", outside of the repository`,
          }),
        ),
    );
    const extended = entries(child(file.node, 'services')).flatMap(([name, service]) =>
      textItems(child(service, 'extends', 'file'))
        .filter(({ text }) => LEAVES.test(text) && !text.startsWith('..'))
        .map(({ text }) => reads(name, 'extends', text, 'extends a service')),
    );
    return [...included, ...extended];
  });
  return [...fromServices, ...fromParts];
}

const reads = (service: string, key: string, written: string, what: string): Reach => ({
  service,
  setting: { keys: [key], written },
  what: `${what} from "${written}", outside of the repository`,
});
