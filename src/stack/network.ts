import { isFields } from '../repo/node.ts';
import { isUnknown } from './compose/interpolate.ts';
import type { Project } from './compose/project.ts';
import type { Container } from './container.ts';
import type { Stack } from './system.ts';

/** Whether a container has no network of its own but the host's, where names of services mean nothing. */
export const usesHostNetwork = ({ service }: Container): boolean => service.networkMode === 'host';

/**
 * Why one container of a stack cannot reach another by its name, as a sentence's end; undefined when it can,
 * or when that is not known (Docker documentation, "Networking in Compose", "Host network driver").
 */
export function whyUnreachable(stack: Stack, from: Container, to: Container): string | undefined {
  if (from === to || sharesNetworkOf(from, to) || sharesNetworkOf(to, from)) return undefined;
  if (usesHostNetwork(to) && !usesHostNetwork(from))
    return `${to.service.name} runs on the host's network, so that its name is not known in the networks of ${from.service.name}`;
  if (usesHostNetwork(from))
    return `${from.service.name} runs on the host's network, where names of services are not known`;
  const project = projectOf(stack, from);
  if (project === undefined || project !== projectOf(stack, to)) return undefined;
  const own = networkNames(from, project);
  const theirs = networkNames(to, project);
  if (own === undefined || theirs === undefined || own.some((name) => theirs.includes(name)))
    return undefined;
  return `${from.service.name} is in ${inWords(own)}, and ${to.service.name} only in ${inWords(theirs)}`;
}

const sharesNetworkOf = (one: Container, other: Container): boolean =>
  one.service.networkMode === `service:${other.service.name}` ||
  other.service.hosts.some((host) => one.service.networkMode === `container:${host}`);

const projectOf = (stack: Stack, { service }: Container): Project | undefined =>
  [...(stack.project ? [stack.project] : []), ...stack.beside].find(
    ({ services }) => services.get(service.name) === service,
  );

/** The networks that a container is in; undefined when that is not told. */
function networkNames({ service }: Container, project: Project): string[] | undefined {
  if (service.networkMode !== undefined) return undefined;
  if (service.networks.length === 0) return [fixedName('default', project)];
  const names = service.networks.map(({ name }) => fixedName(name, project));
  return names.some(isUnknown) ? undefined : names;
}

/** A network's own name, where its declaration gives it one: two keys may name one network. */
function fixedName(key: string, { networks }: Project): string {
  for (const { value } of networks.get(key) ?? []) {
    if (!isFields(value)) continue;
    const name = isFields(value.external) ? value.external.name : value.name;
    if (typeof name === 'string') return name;
  }
  return key;
}

const inWords = (names: readonly string[]): string =>
  `the network${names.length === 1 ? '' : 's'} ${names.map((name) => `"${name}"`).join(' and ')}`;

/** Whether a container is in a network that other projects, outside the repository, may be in too. */
export function isInSharedNetwork(stack: Stack, container: Container): boolean {
  const project = projectOf(stack, container);
  const keys =
    container.service.networks.length > 0 ? container.service.networks.map(({ name }) => name) : ['default'];
  return keys.some((key) =>
    (project?.networks.get(key) ?? []).some(
      ({ value }) => isFields(value) && value.external !== undefined && value.external !== false,
    ),
  );
}
