import { readEnv } from '../../repo/env.ts';
import type { Files } from '../../repo/files.ts';
import { child, entries, exists, isFields, items, type Node, textItems, textOf } from '../../repo/node.ts';
import { resolvePath } from '../../repo/path.ts';
import { isReadable } from '../../repo/repository.ts';
import { splitWords } from '../words.ts';
import { type Environment, interpolate, isUnknown } from './interpolate.ts';

/** One file's part of a service: what overrides, `extends` and includes put on top of one another. */
export interface Layer {
  readonly node: Node;
  /** The folder from which its relative paths count; undefined when it is not in the repository. */
  readonly folder: string | undefined;
  readonly environment: Environment;
}

/** A text with the variables that are known put in, and where it was written. */
export interface Text {
  readonly text: string;
  readonly node: Node;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export interface PublishedPort {
  /** As written, with known variables. */
  readonly text: string;
  readonly hostIp: string | undefined;
  /** Undefined when Docker picks one, or when it is not known. */
  readonly host: PortRange | undefined;
  /** Undefined when it is not known. */
  readonly container: PortRange | undefined;
  readonly protocol: string;
  readonly node: Node;
}

export interface Mount {
  readonly type: 'bind' | 'volume' | 'config' | 'secret' | 'tmpfs' | 'other';
  /** The volume's, config's or secret's name, or the bind's source, as written with known variables. */
  readonly source: string | undefined;
  /** A bind's source in the repository; undefined when it lies outside, or is not known. */
  readonly path: string | undefined;
  /** Where it is in the container; undefined when that is not known. */
  readonly target: string | undefined;
  readonly isReadOnly: boolean;
  /** Whether Docker makes a folder of a missing source: the short syntax, or `create_host_path`. */
  readonly createsSource: boolean;
  readonly node: Node;
}

export interface Dependency {
  readonly service: string;
  readonly condition: string;
  readonly isRequired: boolean;
  readonly node: Node;
}

export interface Build {
  readonly node: Node;
  /** The context in the repository; undefined when it is elsewhere or not known. */
  readonly context: string | undefined;
  readonly dockerfile: string | undefined;
  readonly target: string | undefined;
}

export interface EnvFile {
  readonly path: string | undefined;
  readonly text: string;
  readonly isRequired: boolean;
  readonly node: Node;
}

/** A service of a compose project, with everything that its files say of it together. */
export interface Service {
  readonly name: string;
  /** Where it is first defined. */
  readonly node: Node;
  readonly layers: readonly Layer[];
  readonly image: Text | undefined;
  readonly build: Build | undefined;
  /** The name that its container is given; undefined when compose makes one. */
  readonly containerName: string | undefined;
  /** Names by which other containers reach it, its own among them. */
  readonly hosts: readonly string[];
  readonly networks: readonly { name: string; node: Node }[];
  readonly networkMode: string | undefined;
  readonly profiles: readonly string[];
  /** Words of the command line; undefined when compose leaves it to the image. */
  readonly command: readonly Text[] | undefined;
  readonly entrypoint: readonly Text[] | undefined;
  readonly env: ReadonlyMap<string, Text>;
  /** Whether variables come from a file that is not here, so that `env` is not all. */
  readonly hasUnknownEnv: boolean;
  readonly envFiles: readonly EnvFile[];
  readonly ports: readonly PublishedPort[];
  readonly expose: readonly { range: PortRange; node: Node }[];
  readonly mounts: readonly Mount[];
  readonly dependsOn: readonly Dependency[];
  readonly healthcheck: { readonly node: Node; readonly isDisabled: boolean } | undefined;
  /** What the last file that says anything of a field says; undefined when none does. */
  field(...keys: string[]): Node | undefined;
}

/** Reads a service from its layers, the lowest first. */
export function readService(name: string, layers: readonly Layer[], files: Files): Service {
  const last = (...keys: string[]): { node: Node; layer: Layer } | undefined => lastOf(layers, keys);
  const text = (...keys: string[]): Text | undefined => {
    const found = last(...keys);
    const value = found && textOf(found.node);
    return value === undefined || !found
      ? undefined
      : { text: interpolate(value, found.layer.environment), node: found.node };
  };
  const words = (key: string): Text[] | undefined => {
    const found = last(key);
    if (found === undefined || found.node.value === null) return undefined;
    return wordsOf(found.node, found.layer);
  };

  const envFiles = allOf(layers, 'env_file').flatMap(({ node, layer }) => readEnvFiles(node, layer));
  const networks = readNetworks(layers);
  const containerName = text('container_name')?.text;
  const hostname = text('hostname')?.text;
  return {
    name,
    node: (layers[0] as Layer).node,
    layers,
    image: text('image'),
    build: readBuild(last('build')),
    containerName,
    hosts: [
      name,
      ...[containerName, hostname].filter((host) => host !== undefined),
      ...networks.flatMap(({ aliases }) => aliases),
    ],
    networks,
    networkMode: text('network_mode')?.text,
    profiles: [
      ...new Set(
        allOf(layers, 'profiles').flatMap(({ node, layer }) =>
          textItems(node).map((item) => interpolate(item.text, layer.environment)),
        ),
      ),
    ],
    command: words('command'),
    entrypoint: words('entrypoint'),
    env: readEnvironment(layers, envFiles, files),
    hasUnknownEnv: envFiles.some(({ path }) => path === undefined || files.repo.entry(path)?.type !== 'file'),
    envFiles,
    ports: allOf(layers, 'ports').flatMap(({ node, layer }) =>
      items(node).flatMap((item) => readPort(item, layer)),
    ),
    expose: allOf(layers, 'expose').flatMap(({ node, layer }) =>
      textItems(node).flatMap((item) => {
        const range = portRange(interpolate(item.text, layer.environment).replace(/\/\w+$/, ''));
        return range ? [{ range, node: item.node }] : [];
      }),
    ),
    mounts: readMounts(layers),
    dependsOn: readDependencies(layers),
    healthcheck: readHealthcheck(last('healthcheck')?.node),
    field: (...keys) => last(...keys)?.node,
  };
}

/** The layers' values under a key, the lowest first; a `!reset` or `!override` takes away those below it. */
function allOf(layers: readonly Layer[], key: string): { node: Node; layer: Layer }[] {
  let found: { node: Node; layer: Layer }[] = [];
  for (const layer of layers) {
    const node = child(layer.node, key);
    if (!exists(node)) continue;
    const tag = node.doc.tag(node.index, node.path);
    if (tag === '!reset') found = [];
    else if (tag === '!override') found = [{ node, layer }];
    else found.push({ node, layer });
  }
  return found;
}

function lastOf(layers: readonly Layer[], keys: readonly string[]): { node: Node; layer: Layer } | undefined {
  const [first = '', ...rest] = keys;
  for (const { node, layer } of allOf(layers, first).reverse()) {
    const inner = child(node, ...rest);
    if (exists(inner)) return { node: inner, layer };
  }
  return undefined;
}

/** A field's values by key, over all layers: a later layer's value takes the place of an earlier one's. */
function byKey<Value>(
  layers: readonly Layer[],
  key: string,
  read: (node: Node, layer: Layer) => Iterable<readonly [string, Value]>,
): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const { node, layer } of allOf(layers, key))
    for (const [name, value] of read(node, layer)) found.set(name, value);
  return found;
}

function wordsOf(node: Node, layer: Layer): Text[] {
  if (Array.isArray(node.value)) {
    return textItems(node).map((item) => ({
      text: interpolate(item.text, layer.environment),
      node: item.node,
    }));
  }
  const text = textOf(node);
  return text === undefined
    ? []
    : splitWords(interpolate(text, layer.environment)).map((word) => ({ text: word, node }));
}

function readBuild(found: { node: Node; layer: Layer } | undefined): Build | undefined {
  if (found === undefined || found.node.value === null) return undefined;
  const { node, layer } = found;
  const value = (key: string): string | undefined => {
    const text = isFields(node.value)
      ? textOf(child(node, key))
      : key === 'context'
        ? textOf(node)
        : undefined;
    return text === undefined ? undefined : interpolate(text, layer.environment);
  };
  const context = inRepository(value('context') ?? '.', layer);
  const dockerfile = value('dockerfile') ?? 'Dockerfile';
  const isInline = isFields(node.value) && node.value.dockerfile_inline !== undefined;
  return {
    node,
    context,
    dockerfile:
      context === undefined || isInline || isUnknown(dockerfile)
        ? undefined
        : resolvePath(context, dockerfile),
    target: value('target'),
  };
}

/** A path of the host as a path in the repository; undefined when it lies outside, or is not known. */
function inRepository(text: string, layer: Layer): string | undefined {
  const path = text.replace(/^\$(?:PWD\b|\{PWD\})\/?/, './');
  if (layer.folder === undefined || isUnknown(path) || /^[/~]|^[A-Za-z]:[\\/]|:\/\//.test(path))
    return undefined;
  return resolvePath(layer.folder, path);
}

function readNetworks(layers: readonly Layer[]): { name: string; node: Node; aliases: string[] }[] {
  const networks = byKey(layers, 'networks', function* (node, layer) {
    if (Array.isArray(node.value)) {
      for (const { text, node: item } of textItems(node))
        yield [interpolate(text, layer.environment), { node: item, aliases: [] as string[] }];
    }
    for (const [name, value] of entries(node)) {
      const aliases = textItems(child(value, 'aliases')).map((alias) =>
        interpolate(alias.text, layer.environment),
      );
      yield [name, { node: value, aliases }];
    }
  });
  return [...networks].map(([name, { node, aliases }]) => ({ name, node, aliases }));
}

function readEnvironment(
  layers: readonly Layer[],
  envFiles: readonly EnvFile[],
  files: Files,
): Map<string, Text> {
  const result = new Map<string, Text>();
  for (const { path, node } of envFiles) {
    const text = path === undefined ? undefined : files.repo.text(path);
    if (text === undefined || !isReadable(text)) continue;
    for (const { name, value } of readEnv(text)) result.set(name, { text: value, node });
  }
  const own = byKey(layers, 'environment', function* (node, layer): Generator<readonly [string, Text]> {
    if (Array.isArray(node.value)) {
      for (const { text, node: item } of textItems(node)) {
        const at = text.indexOf('=');
        // A name without a value is passed on from where compose runs.
        if (at < 0) yield [text, { text: `\${${text}}`, node: item }];
        else
          yield [text.slice(0, at), { text: interpolate(text.slice(at + 1), layer.environment), node: item }];
      }
    }
    for (const [name, value] of entries(node)) {
      const text = value.value === null ? `\${${name}}` : textOf(value);
      if (text !== undefined) yield [name, { text: interpolate(text, layer.environment), node: value }];
    }
  });
  for (const [name, value] of own) result.set(name, value);
  return result;
}

function readEnvFiles(node: Node, layer: Layer): EnvFile[] {
  const nodes = Array.isArray(node.value) ? items(node) : [node];
  return nodes.flatMap((item) => {
    const long = isFields(item.value);
    const text = textOf(long ? child(item, 'path') : item);
    if (text === undefined) return [];
    const known = interpolate(text, layer.environment);
    return [
      {
        path: inRepository(known, layer),
        text: known,
        isRequired: !(long && child(item, 'required').value === false),
        node: long ? child(item, 'path') : item,
      },
    ];
  });
}

function portRange(text: string): PortRange | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  return match ? { from: Number(match[1]), to: Number(match[2] ?? match[1]) } : undefined;
}

function readPort(node: Node, layer: Layer): PublishedPort[] {
  if (isFields(node.value)) {
    const value = (key: string): string | undefined => {
      const text = textOf(child(node, key));
      return text === undefined ? undefined : interpolate(text, layer.environment);
    };
    const host = value('published');
    const container = value('target');
    return [
      {
        text: `${host ?? ''}:${container ?? ''}`,
        hostIp: value('host_ip'),
        host: host === undefined ? undefined : portRange(host),
        container: container === undefined ? undefined : portRange(container),
        protocol: value('protocol') ?? 'tcp',
        node,
      },
    ];
  }
  const written = textOf(node);
  if (written === undefined) return [];
  const text = interpolate(written, layer.environment);
  const [address = '', protocol = 'tcp'] = text.split('/');
  // The host's address may hold colons itself, in brackets.
  const match = /^(?:(?:(\[[^\]]*\]|[^:]*):)?([^:]*):)?([^:]*)$/.exec(isUnknown(address) ? '' : address);
  if (match === null || match[3] === '') {
    const known = isUnknown(address) ? /:(\d+(?:-\d+)?)$/.exec(address)?.[1] : undefined;
    return [
      {
        text,
        hostIp: undefined,
        host: undefined,
        container: known ? portRange(known) : undefined,
        protocol,
        node,
      },
    ];
  }
  const [, hostIp, host, container = ''] = match;
  return [
    {
      text,
      hostIp,
      host: host === undefined ? undefined : portRange(host),
      container: portRange(container),
      protocol,
      node,
    },
  ];
}

function readMounts(layers: readonly Layer[]): Mount[] {
  const mounts: Mount[] = [];
  // A later file's mount at the same place takes the place of an earlier one's.
  const add = (mount: Mount): void => {
    const same = mount.target === undefined ? -1 : mounts.findIndex(({ target }) => target === mount.target);
    if (same < 0) mounts.push(mount);
    else mounts[same] = mount;
  };
  for (const { node, layer } of allOf(layers, 'volumes')) {
    for (const item of items(node)) {
      const mount = isFields(item.value) ? longMount(item, layer) : shortMount(item, layer);
      if (mount !== undefined) add(mount);
    }
  }
  for (const type of ['config', 'secret'] as const) {
    for (const { node, layer } of allOf(layers, `${type}s`)) {
      for (const item of items(node)) {
        const mount = resourceMount(type, item, layer);
        if (mount !== undefined) add(mount);
      }
    }
  }
  for (const { node, layer } of allOf(layers, 'tmpfs')) {
    for (const { text, node: item } of textItems(node)) {
      const target = interpolate(text, layer.environment).split(':')[0];
      add({
        type: 'tmpfs',
        source: undefined,
        path: undefined,
        target: known(target),
        isReadOnly: false,
        createsSource: false,
        node: item,
      });
    }
  }
  return mounts;
}

const known = (text: string | undefined): string | undefined =>
  text === undefined || isUnknown(text) ? undefined : text;

/** A path in a container, without a slash at its end. */
const containerPath = (text: string | undefined): string | undefined =>
  known(text)?.replace(/(?<=.)\/+$/, '');

function longMount(node: Node, layer: Layer): Mount | undefined {
  const value = (key: string): string | undefined => {
    const text = textOf(child(node, key));
    return text === undefined ? undefined : interpolate(text, layer.environment);
  };
  const type = value('type') ?? 'volume';
  const source = value('source') ?? value('src');
  const createHostPath = child(node, 'bind', 'create_host_path').value;
  return {
    type: type === 'bind' || type === 'volume' || type === 'tmpfs' ? type : 'other',
    source,
    path: type === 'bind' && source !== undefined ? inRepository(source, layer) : undefined,
    target: containerPath(value('target') ?? value('dst') ?? value('destination')),
    isReadOnly: child(node, 'read_only').value === true,
    createsSource: createHostPath === true,
    node,
  };
}

function shortMount(node: Node, layer: Layer): Mount | undefined {
  const written = textOf(node);
  if (written === undefined) return undefined;
  const text = interpolate(written, layer.environment);
  const parts = splitMount(text);
  const [first = '', second, options = ''] = parts;
  if (second === undefined) {
    return {
      type: 'volume',
      source: undefined,
      path: undefined,
      target: containerPath(first),
      isReadOnly: false,
      createsSource: false,
      node,
    };
  }
  const isBind = /^[./~]|^[A-Za-z]:[\\/]|^\$\{?PWD\b/.test(first);
  return {
    type: isBind ? 'bind' : isUnknown(first) ? 'other' : 'volume',
    source: first,
    path: isBind ? inRepository(first, layer) : undefined,
    target: containerPath(second),
    isReadOnly: options.split(',').includes('ro'),
    createsSource: isBind,
    node,
  };
}

/** Splits at colons, but for those inside `${…}` and after a Windows drive's letter. */
function splitMount(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '{') depth++;
    else if (char === '}') depth--;
    else if (
      char === ':' &&
      depth === 0 &&
      !(at === start + 1 && /[A-Za-z]/.test(text[start] as string) && /[\\/]/.test(text[at + 1] ?? ''))
    ) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function resourceMount(type: 'config' | 'secret', node: Node, layer: Layer): Mount | undefined {
  const long = isFields(node.value);
  const source = textOf(long ? child(node, 'source') : node);
  if (source === undefined) return undefined;
  const name = interpolate(source, layer.environment);
  const target = long ? textOf(child(node, 'target')) : undefined;
  const folder = type === 'secret' ? '/run/secrets' : '';
  const known = target === undefined ? `${folder}/${name}` : interpolate(target, layer.environment);
  return {
    type,
    source: name,
    path: undefined,
    target: containerPath(known.startsWith('/') ? known : `${folder}/${known}`),
    isReadOnly: true,
    createsSource: false,
    node,
  };
}

function readDependencies(layers: readonly Layer[]): Dependency[] {
  const found = byKey(layers, 'depends_on', function* (node, layer): Generator<
    readonly [string, Dependency]
  > {
    if (Array.isArray(node.value)) {
      for (const { text, node: item } of textItems(node)) {
        const service = interpolate(text, layer.environment);
        yield [service, { service, condition: 'service_started', isRequired: true, node: item }];
      }
    }
    for (const [service, value] of entries(node)) {
      const condition = textOf(child(value, 'condition')) ?? 'service_started';
      yield [
        service,
        { service, condition, isRequired: child(value, 'required').value !== false, node: value },
      ];
    }
  });
  return [...found.values()];
}

function readHealthcheck(node: Node | undefined): Service['healthcheck'] {
  if (node === undefined || node.value === null) return undefined;
  const test = child(node, 'test');
  const [first] = textItems(test);
  return { node, isDisabled: child(node, 'disable').value === true || first?.text === 'NONE' };
}
