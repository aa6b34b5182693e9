import { onceOf } from '../once.ts';
import { type Place, spanOf } from '../repo/node.ts';
import { basename, dirname } from '../repo/path.ts';
import { inspectJar, type JarState } from './jar.lazy.ts';
import { agentUrl, agentVersion, type JmxAgent, jmxAgents } from './jmx.ts';
import { producedBy } from './produced.ts';
import type { System } from './system.ts';

/** What is wrong with the jar of an agent, or with its configuration's file. */
export type AgentFileForm = 'missing' | 'ignored' | 'folder' | Exclude<JarState['state'], 'agent'>;

/** A file that an agent needs and that is not what it should be. */
export interface AgentFileFault {
  readonly agent: JmxAgent;
  /** The version of it that belongs there; undefined where nothing tells. */
  readonly version: string | undefined;
  readonly of: 'jar' | 'configuration';
  readonly form: AgentFileForm;
  /** In the repository. */
  readonly path: string;
  /** In the container. */
  readonly target: string;
  /** What puts it into the container. */
  readonly via: Place;
  /** What puts it into others. */
  readonly alsoVia: readonly Place[];
  /** Whether a folder that holds it is put there, and not the file itself. */
  readonly isInFolder: boolean;
  /** Whether a Dockerfile copies it. */
  readonly isCopied: boolean;
  /** Whether Docker makes a folder where the source of the mount is missing. */
  readonly makesFolder: boolean;
  /** Jars of agents that stand in its folder under other names. */
  readonly others: readonly string[];
  /** What the file is, where it is something else. */
  readonly what: string | undefined;
}

/** Every file of an agent that is missing, or not what it should be; each once, however many mount it. */
export const agentFileFaults = onceOf((system: System): readonly AgentFileFault[] => {
  const faults = new Map<string, AgentFileFault>();
  for (const agent of system.stacks.flatMap(({ containers }) => containers.flatMap(jmxAgents))) {
    for (const of of ['jar', 'configuration'] as const) {
      const fault = faultOf(agent, of, system);
      if (fault === undefined) continue;
      const key = `${of}\0${fault.path}`;
      const first = faults.get(key);
      if (first === undefined) faults.set(key, fault);
      else if (![first.via, ...first.alsoVia].some((via) => isSamePlace(via, fault.via)))
        faults.set(key, { ...first, alsoVia: [...first.alsoVia, fault.via] });
    }
  }
  return [...faults.values()];
});

const isSamePlace = (one: Place, other: Place): boolean =>
  'node' in one && 'node' in other
    ? one.node.doc === other.node.doc && one.node.path.join('\0') === other.node.path.join('\0')
    : JSON.stringify(spanOf(one)) === JSON.stringify(spanOf(other));

function faultOf(agent: JmxAgent, of: AgentFileFault['of'], system: System): AgentFileFault | undefined {
  const [standing, target] = of === 'jar' ? [agent.jarAt, agent.jar] : [agent.configAt, agent.config];
  if (target === undefined || !('path' in standing)) return undefined;
  const { path, via } = standing;
  const found = formOf(standing.state, path, of, system);
  if (found === undefined) return undefined;
  const mount = agent.container.service.mounts.find(({ node }) => 'node' in via && node === via.node);
  return {
    agent,
    version: agentVersion(agent, system.files),
    of,
    ...found,
    path,
    target,
    via,
    alsoVia: [],
    isInFolder: mount !== undefined && mount.target !== target,
    isCopied: !('node' in via),
    makesFolder: mount?.createsSource === true,
    others: system.files.repo
      .filesBelow(dirname(path))
      .filter((other) => other !== path && /javaagent.*\.jar$/.test(basename(other))),
  };
}

function formOf(
  state: 'file' | 'folder' | 'missing',
  path: string,
  of: 'jar' | 'configuration',
  { files }: System,
): { form: AgentFileForm; what: string | undefined } | undefined {
  const { repo } = files;
  if (state === 'folder') return { form: 'folder', what: undefined };
  // What a step of the repository downloads is there before it is needed; that step is another rule's.
  if (state === 'missing') return producedBy(files, path) ? undefined : { form: 'missing', what: undefined };
  if (of === 'jar') {
    const jar = inspectJar(repo, path);
    if (jar.state !== 'agent') return { form: jar.state, what: jar.what };
  }
  return repo.isIgnored(path) && !producedBy(files, path) ? { form: 'ignored', what: undefined } : undefined;
}

/** Why a file is not there, as a sentence's middle. */
export const whyAbsent = ({ form }: AgentFileFault): string =>
  form === 'ignored'
    ? 'is ignored by git, so that a fresh clone does not have it'
    : 'is not in the repository';

/** What Docker makes of a missing file, and the JVM of that. */
export function whatDockerDoes({ agent, target, isCopied, isInFolder, makesFolder }: AgentFileFault): string {
  const name = agent.container.service.name;
  if (isCopied) return `the build of "${name}" fails here`;
  if (isInFolder)
    return `the folder is mounted without it, nothing is at "${target}", and the JVM of "${name}" does not start`;
  if (!makesFolder) return `Docker does not start "${name}"`;
  return `Docker makes an empty folder of that name, and the JVM of "${name}" does not start`;
}

/** The command that puts the right jar at a path. */
export function downloadCommand(fault: AgentFileFault): string {
  const { path, version } = fault;
  const folder = dirname(path);
  return `curl -fsSL ${folder === '' ? '' : '--create-dirs '}-o ${path} ${agentUrl(version)}`;
}

/** The other places that belong to a fault. */
export const placesOf = ({ agent, alsoVia }: AgentFileFault): { at: Place; message: string }[] => [
  { at: agent.place, message: 'the agent is switched on here' },
  ...alsoVia.slice(0, 6).map((at) => ({ at, message: 'it is mounted here too' })),
];
