import { dirname } from '../repo/path.ts';
import { isReadable } from '../repo/repository.ts';
import { WITH_COMMANDS } from '../stack/compose/commands.ts';
import { keyOfSetting, placeOfResource } from '../stack/settings.ts';
import type { Stack, System } from '../stack/system.ts';
import type { Docker } from './docker.ts';
import type { Effective } from './effective.ts';
import { at, fields, text } from './json.ts';
import type { Fault } from './outcome.ts';

/**
 * External networks that are not on this machine, that no compose file beside makes, and no script. The
 * boot itself gives every external network's services one of its own.
 */
export async function missingNetworks(
  docker: Docker,
  effective: Effective,
  chosen: ReadonlySet<string>,
  stack: Stack,
  system: System,
): Promise<Fault[]> {
  const used = new Set(
    [...effective.services.values()]
      .filter(({ name }) => chosen.has(name))
      .flatMap(({ value }) => Object.keys(fields(value.networks))),
  );
  const faults: Fault[] = [];
  for (const [key, network] of Object.entries(fields(effective.value.networks))) {
    const name = text(at(network, 'name')) ?? key;
    if (!used.has(key) || at(network, 'external') !== true || isMadeHere(system, name)) continue;
    const found = await docker.run(['network', 'inspect', '--format', '{{.Name}}', name]);
    if (found.status === 0) continue;
    faults.push({
      kind: 'network-missing',
      isSeenWithout: true,
      at: placeOfResource(stack, system, keyOfSetting(['networks', key, 'external'])),
      message: `the external network "${name}" is not there, and nothing of the repository makes it: docker compose up fails`,
      help: `let this file make it: remove "external", or write down "docker network create ${name}" where it is started`,
    });
  }
  return faults;
}

/** Whether a compose file of the repository makes the network, or a command in it does. */
function isMadeHere(system: System, name: string): boolean {
  const { repo } = system.files;
  const byCompose = system.stacks.some(({ project }) =>
    [...(project?.networks ?? [])].some(([key, nodes]) =>
      nodes.some(({ value }) => {
        const declared = fields(value as never);
        const isExternal = declared.external !== undefined && declared.external !== false;
        // Compose puts the project's name, which is the folder's, before one that is not fixed.
        return !isExternal && (declared.name === name || name.endsWith(`_${key}`));
      }),
    ),
  );
  return (
    byCompose ||
    repo.paths
      .filter((path) => WITH_COMMANDS.test(path) || dirname(path) === '')
      .some((path) => {
        const source = repo.text(path);
        return isReadable(source) && source.text.includes('network create') && source.text.includes(name);
      })
  );
}
