import { onceEach } from '../once.ts';
import { patternFrom } from '../pattern.ts';
import type { Files } from '../repo/files.ts';
import { child, type Place, textOf } from '../repo/node.ts';
import { basename, below, dirname, resolvePath } from '../repo/path.ts';
import { isReadable } from '../repo/repository.ts';
import { type MetricsServer, metricsServer } from './code/serving.ts';
import { isUnknown } from './compose/interpolate.ts';
import type { Project } from './compose/project.ts';
import type { Mount, Service } from './compose/service.ts';
import { type ImageRecipe, readDockerfile } from './dockerfile.lazy.ts';
import { type ImageFacts, imageFacts, imageName } from './knowledge/images.ts';
import { splitWords } from './words.ts';

/** What stands at a path of a container, as far as the repository tells. */
export type Standing =
  /** A file of the repository. */
  | { readonly state: 'file'; readonly path: string; readonly via: Place }
  /** A folder of the repository. */
  | { readonly state: 'folder'; readonly path: string; readonly via: Place }
  /** Something of the repository is put there, and it does not have it. */
  | { readonly state: 'missing'; readonly path: string; readonly via: Place }
  /** Nothing is put there: what is there is the image's own. */
  | { readonly state: 'image' }
  /** A volume, a file from outside, or something that is made when the image is built or started. */
  | { readonly state: 'unknown' };

/** A service as it runs: its image, what is put into it, and how it is started. */
export interface Container {
  readonly service: Service;
  /** The image's name without registry and tag, down to the base of a Dockerfile; undefined when not known. */
  readonly image: string | undefined;
  readonly facts: ImageFacts | undefined;
  readonly recipe: ImageRecipe | undefined;
  /** Environment variables, those of its Dockerfile among them. */
  readonly env: ReadonlyMap<string, { text: string; place: Place }>;
  /** The words that it is started with: entrypoint and command, of compose or of the Dockerfile. */
  readonly args: readonly { text: string; place: Place }[];
  at(path: string): Standing;
  /** Where its program begins to serve metrics, as its code tells; undefined where the code does not. */
  server(): MetricsServer | undefined;
  /** Files of the repository at paths that a glob with `*` and `?` matches. */
  glob(pattern: string): FoundFiles;
  /** Files of the repository in a folder of the container, at any depth. */
  below(folder: string): FoundFiles;
}

export interface FoundFile {
  /** Where it is in the container. */
  readonly target: string;
  /** Where it is in the repository. */
  readonly path: string;
  /** What puts it there. */
  readonly via: Place;
}

export interface FoundFiles {
  readonly found: readonly FoundFile[];
  /** Whether there can be no others. */
  readonly isComplete: boolean;
}

/** Looks into a service's image and mounts. */
export function openContainer(service: Service, project: Project, files: Files): Container {
  const recipe = readRecipe(service, files);
  const name = service.build === undefined ? service.image?.text : recipe?.base;
  const image = name === undefined || isUnknown(name.split(':')[0] as string) ? undefined : imageName(name);
  const mounts = service.mounts
    .filter(({ target }) => target !== undefined)
    .sort((a, b) => (b.target as string).length - (a.target as string).length);
  const hasUnknownMounts = mounts.length < service.mounts.length;
  const place = (mount: Mount): Place => ({ node: mount.node });

  const mounted = (mount: Mount, inner: string): Standing => {
    const source =
      mount.type === 'config' || mount.type === 'secret' ? resourceFile(mount, project) : mount.path;
    if (mount.type === 'volume' || mount.type === 'tmpfs' || mount.type === 'other' || source === undefined)
      return { state: 'unknown' };
    return standing(files, inner === '' ? source : `${source}/${inner}`, place(mount));
  };

  const at = onceEach((path: string): Standing => {
    for (const mount of mounts) {
      const inner = below(mount.target as string, path);
      if (inner !== undefined) return mounted(mount, inner);
    }
    if (hasUnknownMounts) return { state: 'unknown' };
    return recipe ? copied(recipe, service, files, path) : { state: service.build ? 'unknown' : 'image' };
  });

  const env = environmentOf(service, recipe);
  const args = argumentsOf(service, recipe);
  let server: { found: MetricsServer | undefined } | undefined;
  return {
    service,
    image,
    facts: image === undefined ? undefined : imageFacts(image),
    recipe,
    env,
    args,
    at,
    server: () => {
      const context = service.build?.context;
      const isShared = [...project.services.values()].some(
        (other) => other !== service && other.build?.context === context,
      );
      server ??= {
        found: context === undefined ? undefined : metricsServer(context, args, env, isShared, files),
      };
      return server.found;
    },
    glob: onceEach((pattern) => {
      const matches = globMatcher(pattern);
      return find(dirname(pattern.replace(/[*?[].*$/, '')), matches, (folder) => matches(folder, true));
    }),
    below: onceEach((folder) =>
      find(
        folder,
        (path) => below(folder, path) !== undefined,
        (other) => below(folder, other) !== undefined || below(other, folder) !== undefined,
      ),
    ),
  };

  /**
   * Whether a Dockerfile tells all that its image has at the places that are asked for: it begins with an
   * image that is known, and each of its other steps leaves them alone.
   */
  function isBuiltOf(matches: (path: string) => boolean, mayHold: (folder: string) => boolean): boolean {
    if (recipe === undefined || image === undefined || imageFacts(image) === undefined) return false;
    if (service.build?.context === undefined) return false;
    const touches = (path: string): boolean => matches(path) || mayHold(path);
    const isBrought = recipe.copies.some(
      ({ isFromElsewhere, sources, target }) =>
        (isFromElsewhere || sources.some((source) => source.includes('://') || source.includes('$'))) &&
        touches(target),
    );
    const isRun = recipe.runs.some(({ text }) => PUTS_FILES.test(text) || pathsIn(text).some(touches));
    return !isBrought && !isRun;
  }

  /** Files in or below `base` that match. Of the mounts around it only the innermost one is seen there. */
  function find(
    base: string,
    matches: (path: string) => boolean,
    mayHold: (folder: string) => boolean,
  ): FoundFiles {
    const found = new Map<string, FoundFile>();
    let isComplete = !hasUnknownMounts && (service.build === undefined || isBuiltOf(matches, mayHold));
    const around = mounts.find(({ target }) => below(target as string, base) !== undefined);
    const seen = mounts.filter(
      (mount) => mount === around || below(mount.target as string, base) === undefined,
    );
    for (const mount of seen) {
      const target = mount.target as string;
      const source = mount.type === 'config' ? resourceFile(mount, project) : mount.path;
      if (source === undefined || mount.type === 'volume' || mount.type === 'other') {
        if (matches(target) || mayHold(target)) isComplete = false;
        continue;
      }
      const isFolder = files.repo.entry(source)?.type === 'directory';
      for (const path of isFolder ? files.repo.filesBelow(source) : [source]) {
        const inContainer = isFolder ? `${target}/${below(source, path)}` : target;
        if (matches(inContainer) && !found.has(inContainer) && files.repo.entry(path)?.type === 'file') {
          found.set(inContainer, { target: inContainer, path, via: place(mount) });
        }
      }
    }
    for (const file of recipe ? copiedFiles(recipe, service, files) : []) {
      if (matches(file.target) && !found.has(file.target)) found.set(file.target, file);
    }
    return { found: [...found.values()], isComplete };
  }
}

/** Words of steps that put files where no path of theirs is written. */
const PUTS_FILES =
  /\b(?:curl|wget|git|tar|unzip|cp|mv|tee|sed|envsubst|install\s+-|python\d?|make|ansible)\b|>{1,2}|\.sh\b/;

/** Paths that a step's text names. */
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/(?<![\w.:/-])\/[\w./*-]+/g)].map(([path]) => path.replace(/(?<=.)\/+$/, ''));

function readRecipe(service: Service, files: Files): ImageRecipe | undefined {
  const path = service.build?.dockerfile;
  const text = path === undefined ? undefined : files.repo.text(path);
  return text !== undefined && isReadable(text) ? readDockerfile(text, service.build?.target) : undefined;
}

function standing(files: Files, path: string, via: Place): Standing {
  const entry = files.repo.entry(path);
  if (entry === undefined) return { state: 'missing', path, via };
  if (entry.type === 'other') return { state: 'unknown' };
  return { state: entry.type === 'file' ? 'file' : 'folder', path, via };
}

/** The file of a config or secret that is declared at the project's top; undefined when it is no file here. */
function resourceFile(mount: Mount, project: Project): string | undefined {
  const resources = mount.type === 'config' ? project.configs : project.secrets;
  const node = resources.get(mount.source ?? '')?.at(-1);
  const file = node && textOf(child(node, 'file'));
  return file === undefined || isUnknown(file) || /^[/~]/.test(file)
    ? undefined
    : resolvePath(project.folder, file);
}

/** The files that a Dockerfile copies from its context, with where they come to lie. */
function copiedFiles(recipe: ImageRecipe, service: Service, files: Files): FoundFile[] {
  const context = service.build?.context;
  if (context === undefined) return [];
  return recipe.copies.flatMap((copy) => {
    const via: Place = { source: recipe.source, span: copy.span };
    if (copy.isFromElsewhere) return [];
    return copy.sources.flatMap((source) => {
      // `ADD` downloads what has an address.
      const path = source.includes('://') ? undefined : resolvePath(context, source.replace(/^\//, ''));
      if (path === undefined) return [];
      if (files.repo.entry(path)?.type === 'directory') {
        return files.repo
          .filesBelow(path)
          .map((file) => ({ target: `${copy.target}/${below(path, file)}`, path: file, via }));
      }
      const matches = globMatcher(path);
      const sources = /[*?[]/.test(source) ? files.repo.paths.filter((file) => matches(file)) : [path];
      return sources.map((file) => ({
        target: copy.intoFolder ? `${copy.target === '/' ? '' : copy.target}/${basename(file)}` : copy.target,
        path: file,
        via,
      }));
    });
  });
}

function copied(recipe: ImageRecipe, service: Service, files: Files, path: string): Standing {
  // A later step may still change what an earlier one copied: `sed`, or a download to the same place.
  const isChanged = recipe.runs.some(({ text }) => text.includes(path) || text.includes(basename(path)));
  const copy = copiedFiles(recipe, service, files).findLast(({ target }) => target === path);
  if (copy !== undefined) return isChanged ? { state: 'unknown' } : standing(files, copy.path, copy.via);
  return { state: 'unknown' };
}

function environmentOf(service: Service, recipe: ImageRecipe | undefined): Container['env'] {
  const env = new Map<string, { text: string; place: Place }>();
  if (recipe)
    for (const [name, { value, span }] of recipe.env)
      env.set(name, { text: value, place: { source: recipe.source, span } });
  for (const [name, { text, node }] of service.env) env.set(name, { text, place: { node } });
  return env;
}

function argumentsOf(service: Service, recipe: ImageRecipe | undefined): Container['args'] {
  const own = (words: Service['command']) =>
    words?.map(({ text, node }) => ({ text, place: { node } as Place }));
  const start = recipe?.source;
  const built = (words: readonly string[] | undefined) =>
    start
      ? words?.map((text) => ({ text, place: { source: start, span: { start: 0, end: 0 } } as Place }))
      : undefined;
  const entrypoint = own(service.entrypoint) ?? built(recipe?.entrypoint) ?? [];
  const command = own(service.command) ?? (service.entrypoint ? [] : (built(recipe?.command) ?? []));
  // A script handed to a shell holds words of its own.
  return [...entrypoint, ...command].flatMap(({ text, place }, index, all) =>
    /^-\w*c$/.test(all[index - 1]?.text ?? '')
      ? splitWords(text).map((word) => ({ text: word, place }))
      : [{ text, place }],
  );
}

/** The values that a program's words give to a flag, as `--name=value`, `-name=value` or `--name value`. */
export function flagValues(args: Container['args'], name: string): { text: string; place: Place }[] {
  return args.flatMap(({ text, place }, index) => {
    const match = /^--?([\w.-]+)(?:=([\s\S]*))?$/.exec(text);
    if (match?.[1] !== name) return [];
    if (match[2] !== undefined) return [{ text: match[2], place }];
    const next = args[index + 1];
    return next !== undefined && !next.text.startsWith('-')
      ? [{ text: next.text, place: next.place }]
      : [{ text: '', place }];
  });
}

/**
 * A matcher for globs as Go's `filepath.Match` reads them: `*` and `?` stay within one part of a path.
 * With `asFolder`, whether something below the folder could match. Takes no longer than the product of both
 * lengths, whatever the glob is.
 */
export function globMatcher(pattern: string): (path: string, asFolder?: boolean) => boolean {
  const parts = pattern.split('/').map(signsOf);
  const matches = (path: string, wanted: readonly (readonly Sign[])[]): boolean => {
    const own = path.split('/');
    return own.length === wanted.length && own.every((part, at) => fits(part, wanted[at] as readonly Sign[]));
  };
  return (path, asFolder = false) => {
    if (!asFolder) return matches(path, parts);
    const folder = path.replace(/\/$/, '');
    const depth = folder.split('/').length;
    return depth < parts.length && matches(folder, parts.slice(0, depth));
  };
}

/** What stands for characters in a part of a glob: any number of them, or one that fulfils something. */
type Sign = '*' | ((char: string) => boolean);

const signsOf = (part: string): Sign[] =>
  (part.match(/\[\^?[^\]]{1,100}\]|[\s\S]/g) ?? []).map((written): Sign => {
    if (written === '*') return '*';
    if (written === '?') return () => true;
    if (written.length === 1) return (char) => char === written;
    const one = patternFrom(`^${written}$`);
    return (char) => one.test(char);
  });

/** Whether a text fits: each `*` first takes nothing, and one character more whenever what follows does not fit. */
function fits(text: string, signs: readonly Sign[]): boolean {
  let at = 0;
  let sign = 0;
  let star = -1;
  let taken = 0;
  while (at < text.length) {
    const wanted = signs[sign];
    if (wanted === '*') {
      star = sign++;
      taken = at;
    } else if (wanted?.(text[at] as string)) {
      at++;
      sign++;
    } else if (star >= 0) {
      sign = star + 1;
      at = ++taken;
    } else return false;
  }
  return signs.slice(sign).every((rest) => rest === '*');
}

/** Programs by which a start script writes a configuration anew from the one that is mounted. */
const REWRITES = /(?:^|[\s;&|('"])(?:sed|envsubst|gomplate|dockerize|confd|awk|perl|python3?|jq|yq|j2)\s/;

/** Whether the command that starts a container rewrites files before its program reads them. */
export const rewritesFiles = ({ service }: Container): boolean =>
  REWRITES.test(
    [...(service.entrypoint ?? []), ...(service.command ?? [])].map(({ text }) => text).join(' '),
  );
