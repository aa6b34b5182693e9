import type { Entry } from '../../repo/disk.ts';
import type { Files } from '../../repo/files.ts';
import { child, isFields, type Place, within } from '../../repo/node.ts';
import { basename, below, dirname } from '../../repo/path.ts';
import type { Container } from '../container.ts';
import { jmxAgents } from '../jmx.ts';
import { type Producer, producedFor } from '../produced.ts';
import { configPath } from '../prometheus.ts';
import { type Composed, composed, type System } from '../system.ts';
import { isUnknown } from './interpolate.ts';
import type { Mount } from './service.ts';

/** What a container needs at a place where something of the repository is mounted. */
export interface Need {
  /** `something` is whatever is not an empty folder. */
  readonly what: 'file' | 'folder' | 'something';
  /** Why, as the end of a sentence about the place in the container. */
  readonly because: string;
}

/** A mount of something in the repository. */
export interface BindSource {
  readonly at: Composed;
  readonly mount: Mount;
  /** In the repository. */
  readonly path: string;
  /** In the container. */
  readonly target: string;
  /** What stands in the repository; undefined where there is nothing. */
  readonly entry: Entry | undefined;
  /** Undefined where an empty folder would do as well, as for data and logs. */
  readonly need: Need | undefined;
  /** The jar or the configuration of a JMX agent, of which the rules for these speak. */
  readonly isOfAgent: boolean;
}

/**
 * The mounts of all projects, each once: of one that several projects share, and that means different
 * files in them, the one that is there.
 */
export function bindSources(system: System): BindSource[] {
  const all = composed(system).flatMap((at) => sourcesOf(at, system));
  const byPlace = new Map<string, BindSource>();
  for (const source of all) {
    const { doc, index, path } = source.mount.node;
    const key = `${doc.source.path}\0${index}\0${path.join('\0')}\0${source.at.container.service.name}`;
    const known = byPlace.get(key);
    if (known === undefined || (known.entry === undefined && source.entry !== undefined))
      byPlace.set(key, source);
  }
  return [...byPlace.values()];
}

function sourcesOf(at: Composed, { files }: System): BindSource[] {
  const { container } = at;
  const agents = jmxAgents(container);
  return container.service.mounts.flatMap((mount) => {
    const { path, target } = mount;
    if (mount.type !== 'bind' || path === undefined || target === undefined || isUnknown(path)) return [];
    return [
      {
        at,
        mount,
        path,
        target,
        entry: files.repo.entry(path),
        need: needAt(container, mount, path, target),
        isOfAgent: agents.some(({ jar, config }) => jar === target || config === target),
      },
    ];
  });
}

/** Ends of names that only files have. `conf.d` and the like are folders. */
const FILE_END =
  /\.(?:ya?ml|json|jar|conf|cfg|cnf|ini|toml|properties|xml|sh|bash|sql|py|js|ts|rb|lua|rules|crt|cer|pem|key|p12|pkcs12|jks|env|txt|csv|prom|j2|tmpl|tpl|template|password|config|alloy|river|hcl|jaas|keytab|html|css|md|gz|zip|tgz|war)$/i;
const FILE_NAME =
  /^(?:Caddyfile|Procfile|\.env|\.pgpass|\.htpasswd|htpasswd|\.netrc|nginx\.conf|haproxy\.cfg)$/;

const isFileName = (path: string): boolean => FILE_END.test(path) || FILE_NAME.test(basename(path));

/** Folders of images in which a single file hides everything, and data folders by their image's own facts. */
const FOLDERS = new Set([
  '/docker-entrypoint-initdb.d',
  '/etc/prometheus',
  '/etc/alertmanager',
  '/etc/grafana',
  '/etc/grafana/provisioning',
  '/etc/grafana/provisioning/alerting',
  '/etc/grafana/provisioning/dashboards',
  '/etc/grafana/provisioning/datasources',
  '/etc/loki',
  '/etc/promtail',
  '/etc/nginx/conf.d',
  '/etc/nginx/templates',
  '/usr/share/nginx/html',
  '/etc/clickhouse-server/config.d',
  '/etc/clickhouse-server/users.d',
]);

function needAt(container: Container, mount: Mount, path: string, target: string): Need | undefined {
  const { service, facts } = container;
  const config = configPath(container);
  if (config !== undefined && !isUnknown(config)) {
    if (target === config)
      return { what: 'file', because: `where "${service.name}" reads its configuration` };
    if (below(target, config) !== undefined)
      return { what: 'folder', because: `where "${service.name}" looks for "${basename(config)}"` };
  }
  const isMonitoring = facts !== undefined && facts.role !== 'app' && facts.role !== 'storage';
  if (isFileName(target)) return { what: 'file', because: 'where a file is expected' };
  if (FOLDERS.has(target)) return { what: 'folder', because: `where "${service.name}" has a folder` };
  if (isFileName(path)) return { what: 'file', because: 'where a file is expected' };
  if (isMonitoring && target.startsWith('/etc/'))
    return { what: 'folder', because: `where "${service.name}" reads configuration` };
  return mount.isReadOnly ? { what: 'something', because: 'read-only, so that it stays empty' } : undefined;
}

/** The part of a mount that names its source. */
export function sourcePlace({ node, source }: Mount): Place {
  if (isFields(node.value)) return { node: child(node, node.value.source === undefined ? 'src' : 'source') };
  const text = typeof node.value === 'string' ? node.value : '';
  const end = sourceEnd(text, source);
  return end === undefined ? { node } : within(node, { start: 0, end });
}

function sourceEnd(text: string, source: string | undefined): number | undefined {
  if (source !== undefined && text.startsWith(`${source}:`)) return source.length;
  // A variable may hold colons of its own: `${DIR:-./conf}/x.yml:/x.yml`.
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}') depth--;
    else if (text[at] === ':' && depth === 0 && at > 1) return at;
  }
  return undefined;
}

/** What is wrong with the source of a mount. */
export type SourceFault =
  | { readonly kind: 'missing'; readonly isIgnored: boolean }
  /** Not in the repository, and a step of it makes it. */
  | {
      readonly kind: 'made';
      readonly by: Producer;
      /** Whether the stack is started by what makes it, so that nobody starts it without. */
      readonly isTied: boolean;
    }
  /** It stands here, and git leaves it out. */
  | { readonly kind: 'ignored' }
  /** It is there, and of the other type. */
  | { readonly kind: 'mismatch' };

export interface FaultySource {
  readonly source: BindSource;
  readonly fault: SourceFault;
}

const faultsOf = new WeakMap<System, readonly FaultySource[]>();

/** Judges every mount's source, once: one fault for each at most, whatever rule speaks of it. */
export function sourceFaults(system: System): readonly FaultySource[] {
  let found = faultsOf.get(system);
  if (found === undefined) {
    const sources = bindSources(system);
    found = sources.flatMap((source) => {
      const fault = faultOf(source, sources, system);
      return fault === undefined ? [] : [{ source, fault }];
    });
    faultsOf.set(system, found);
  }
  return found;
}

function faultOf(
  source: BindSource,
  sources: readonly BindSource[],
  { files }: System,
): SourceFault | undefined {
  const { path, entry, need, isOfAgent, mount } = source;
  const composeFile = mount.node.doc.source.path;
  if (need === undefined && !isOfAgent) return undefined;
  const { repo } = files;
  const isIgnored = repo.isIgnored(path) || (need?.what !== 'file' && repo.isIgnored(`${path}/`));
  if (entry === undefined) {
    const made = producedFor(files, path, composeFile);
    if (made !== undefined) return { kind: 'made', ...made };
    if (isElsewhere(source, files)) return undefined;
    // What is not to be in git and has no name of a file is meant to be filled where the stack runs.
    if (need?.what === 'something' && isIgnored) return undefined;
    return isWrittenBy(sources, source) ? undefined : { kind: 'missing', isIgnored };
  }
  if (isMismatch(source, files)) return { kind: 'mismatch' };
  if (!isIgnored || !repo.knowsGit() || need?.what === 'something' || isWrittenBy(sources, source))
    return undefined;
  const made = producedFor(files, path, composeFile);
  return made === undefined ? { kind: 'ignored' } : { kind: 'made', ...made };
}

/**
 * Whether the source is there from a folder above the project's, for a compose file that is hardly used by
 * itself: then the first file of the command that names it, or an option, stands there.
 */
function isElsewhere({ at, mount, path }: BindSource, { repo }: Files): boolean {
  const { project } = at;
  const inner = below(project.folder, path);
  const own = mount.node.doc.source.path;
  if (inner === undefined || /(?:^|\/)(?:docker-)?compose\.ya?ml$/.test(own)) return false;
  for (let folder = project.folder; folder !== ''; ) {
    folder = dirname(folder);
    if (repo.entry(folder === '' ? inner : `${folder}/${inner}`) !== undefined) return true;
  }
  return false;
}

function isMismatch({ at, path, target, entry, need }: BindSource, { repo }: Files): boolean {
  if (entry?.type === 'file') return need?.what === 'folder';
  if (entry?.type !== 'directory' || need?.what !== 'file') return false;
  // A folder may be named like a file; one that Docker made in place of a file is empty.
  return target === configPath(at.container) || (isFileName(target) && repo.filesBelow(path).length === 0);
}

/** Whether some container writes where a source is: then it may be made when that one runs. */
function isWrittenBy(sources: readonly BindSource[], source: BindSource): boolean {
  return sources.some(
    (other) =>
      other.mount !== source.mount &&
      !other.mount.isReadOnly &&
      other.need === undefined &&
      other.path !== '' &&
      other.entry?.type !== 'file' &&
      below(other.path, source.path) !== undefined,
  );
}

/** The highest folder of a path that is not there, or the path itself. */
export function missingRoot({ repo }: Files, path: string): string {
  let root = path;
  for (
    let folder = dirname(path);
    folder !== '' && repo.entry(folder) === undefined;
    folder = dirname(folder)
  )
    root = folder;
  return root;
}
