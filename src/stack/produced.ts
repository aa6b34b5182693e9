import { escaped, patternFrom } from '../pattern.ts';
import type { Files } from '../repo/files.ts';
import type { Place } from '../repo/node.ts';
import { startOf } from '../repo/node.ts';
import { basename, below, dirname, resolvePath } from '../repo/path.ts';
import { isBareScript, isReadable } from '../repo/repository.ts';
import type { SourceText, Span } from '../repo/text.ts';

/**
 * Files in which steps are written down that make other files on the machine that runs them. A Dockerfile
 * is none: what it downloads is in its image, and a mount from the repository hides it there.
 */
const WITH_STEPS =
  /(?:^|\/)(?:[Mm]akefile|GNUmakefile|[Jj]ustfile|Taskfile\.ya?ml|[^/]*\.(?:sh|bash|zsh|mk|py|ps1|bat|gradle|kts|md)|pom\.xml|package\.json|\.github\/workflows\/[^/]*\.ya?ml|\.gitlab-ci\.yml)$/;

/** Folders in which scripts for what is beside them are kept. */
const FOR_SCRIPTS = /(?:^|\/)(?:scripts?|bin|tools?|hack|ci|utils?|make|\.github\/workflows)$/;

/** Where builds put what they make, with the file beside it that tells how to build. */
const BUILDS: readonly (readonly [folder: string, recipes: readonly string[]])[] = [
  ['target', ['pom.xml', 'Cargo.toml', 'build.sbt']],
  ['build', ['build.gradle', 'build.gradle.kts', 'package.json']],
  ['dist', ['package.json', 'pyproject.toml', 'setup.py']],
];

export interface Producer {
  readonly path: string;
  readonly place: Place;
  /** Whether it tells a build tool how to make the file, and is not run itself. */
  readonly isRecipe: boolean;
}

/**
 * The step of the repository that makes a file or folder which is not in it, or a folder above it that is
 * not there either; undefined when none is found.
 */
export function producedBy(files: Files, path: string): Producer | undefined {
  for (const producer of producersOf(files, path)) return producer;
  return undefined;
}

/** Every step that makes a path, the most exact first. */
function* producersOf(files: Files, path: string): Generator<Producer> {
  const built = buildOf(files, path);
  if (built !== undefined) yield built;
  for (const wanted of [path, ...missingFolders(files, path)]) {
    if (basename(wanted).length < 3) continue;
    const pattern = patternFrom(`(?<![\\w.-])${namePattern(basename(wanted))}(?![\\w-]|\\.\\w)`, 'g');
    for (const source of candidatesFor(files, wanted)) {
      const span = stepThatMakes(source, pattern, wanted, wanted !== path);
      if (span !== undefined) yield { path: source.path, place: { source, span }, isRecipe: false };
    }
  }
}

function buildOf(files: Files, path: string): Producer | undefined {
  const parts = path.split('/');
  for (const [folder, recipes] of BUILDS) {
    const at = parts.indexOf(folder);
    if (at < 0) continue;
    const beside = parts.slice(0, at).join('/');
    for (const name of recipes) {
      const recipe = beside === '' ? name : `${beside}/${name}`;
      const source = files.repo.entry(recipe)?.type === 'file' ? files.repo.text(recipe) : undefined;
      if (source !== undefined && isReadable(source))
        return { path: recipe, place: startOf(source), isRecipe: true };
    }
  }
  return undefined;
}

/** Programs: unlike the targets of a Makefile and the words of a document, their steps are run together. */
const PROGRAM = /\.(?:sh|bash|zsh|ps1|bat)$/;

const BUILD_TOOLS = /\b(?:mvnw?|gradlew?|cargo|sbt|npm|pnpm|yarn|poetry|pip|python3? -m build)\b/;

/**
 * The step that makes a path which a compose file mounts, with whether who makes it also starts the stack: a
 * script that makes it runs compose, or names the compose file to what does; or one beside the compose file
 * builds it first.
 */
export function producedFor(
  files: Files,
  path: string,
  composeFile: string,
): { by: Producer; isTied: boolean } | undefined {
  let first: Producer | undefined;
  for (const by of producersOf(files, path)) {
    if (startsStack(files, by, composeFile)) return { by, isTied: true };
    first ??= by;
  }
  return first && { by: first, isTied: false };
}

function startsStack(files: Files, { path, isRecipe }: Producer, composeFile: string): boolean {
  const { repo } = files;
  const isProgram = (script: string): boolean => PROGRAM.test(script) || isBareScript(repo, script);
  const starts = (source: SourceText): boolean => {
    const text = source.text.replace(/^\s*#.*$/gm, '');
    return text.includes(basename(composeFile)) || (/docker[- ]compose\b/.test(text) && /\bup\b/.test(text));
  };
  if (isRecipe)
    return stepFiles(files).some(
      (source) =>
        isProgram(source.path) &&
        dirname(source.path).replace(FOR_SCRIPTS, '') === dirname(composeFile) &&
        BUILD_TOOLS.test(source.text) &&
        starts(source),
    );
  const source = isProgram(path) ? repo.text(path) : undefined;
  return source !== undefined && isReadable(source) && starts(source);
}

const stepFilesOf = new WeakMap<Files, readonly SourceText[]>();

/** Every file with steps, read once. */
function stepFiles(files: Files): readonly SourceText[] {
  let found = stepFilesOf.get(files);
  if (found === undefined) {
    const { repo } = files;
    found = repo.paths
      .filter((path) => WITH_STEPS.test(path) || isBareScript(repo, path))
      .map((path) => repo.text(path))
      .filter(isReadable);
    stepFilesOf.set(files, found);
  }
  return found;
}

/** Files with steps that name what is wanted, those nearest to it first, documents last. */
function candidatesFor(files: Files, wanted: string): SourceText[] {
  // The part of the name that no version stands in, as a text that is quickly looked for.
  const [literal = ''] = basename(wanted)
    .split(/\d+(?:\.\d+)+/)
    .sort((x, y) => y.length - x.length);
  const rank = ({ path }: SourceText): number =>
    (/\.md$/i.test(path) ? 1000 : 0) - commonLength(dirname(path), dirname(wanted));
  return stepFiles(files)
    .filter(({ text }) => text.includes(literal))
    .map((source) => ({ source, rank: rank(source) }))
    .sort((x, y) => x.rank - y.rank)
    .map(({ source }) => source);
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** Folders above a path that are not there either: a step may bring a whole one. */
function missingFolders({ repo }: Files, path: string): string[] {
  const folders: string[] = [];
  for (
    let folder = dirname(path);
    folder !== '' && repo.entry(folder) === undefined;
    folder = dirname(folder)
  )
    folders.push(folder);
  return folders;
}

/** A name as scripts write it, which put a version in by a variable: `agent-${VERSION}.jar`. */
const namePattern = (name: string): string =>
  name
    .split(/(\d+(?:\.\d+)+)/)
    .map((part, index) => {
      const literal = escaped(part);
      return index % 2 === 0 ? literal : `(?:${literal}|\\$\\{?\\w+\\}?|\\$\\(\\w+\\)|\\{\\w*\\}|%s|\\*)`;
    })
    .join('');

function stepThatMakes(
  source: SourceText,
  pattern: RegExp,
  wanted: string,
  isFolder: boolean,
): Span | undefined {
  if (source.text.search(pattern) < 0) return undefined;
  // A step over several lines is one line; the lengths stay, so that offsets do.
  const text = source.text.replace(/\\\r?\n/g, (lineBreak) => ' '.repeat(lineBreak.length));
  for (const match of text.matchAll(pattern)) {
    const span = { start: match.index, end: match.index + match[0].length };
    if (makes(text, span, source.path, wanted, isFolder)) return span;
  }
  return undefined;
}

function makes(text: string, span: Span, script: string, wanted: string, isFolder: boolean): boolean {
  const line = lineAround(text, span.start);
  if (/^\s*(?:#(?!\s*\$)|\/\/|<!--)/.test(line.text)) return false;
  const start = span.start - line.start;
  const end = span.end - line.start;
  const written = line.text.slice(0, end).replace(/^.*[\s"'`=<>|;&(,[]/, '');
  const isNamed = isSame(written, script, wanted);
  const isTarget = start < line.text.search(/:(?!=)/) && !/^(?:\s|[\w-]+\s*[:?+]?=)/.test(line.text);
  if (/(?:[Mm]akefile|\.mk)$/.test(script) && isTarget) return isNamed;
  // Keys and certificates are often made in a container that has the script's folder somewhere else.
  if (written.startsWith('/') && KEY_OPTION.test(line.text.slice(0, start).replace(/\S*$/, '')))
    return isNear(script, wanted);
  if (isWritten(line.text, start, end)) return isNamed;
  if (isFolder && /\bmkdir\b[^;&|]*$/.test(line.text.slice(0, start))) return isNamed;
  if (isBrought(line.text, start, end, wanted)) return isNear(script, wanted);
  // A table or loop that pairs the file with the example that it is copied from.
  const example = patternFrom(
    `${namePattern(basename(wanted))}[.-](?:sample|example|dist|template|default)\\b`,
  );
  if (isNamed && example.test(line.text)) return true;
  const variable = /^\s*(?:export |local |readonly |const |let |var )*(\w+)\s*[:?]?=/.exec(line.text);
  return (
    variable !== null &&
    start >= variable[0].length &&
    isNamed &&
    isVariableWritten(text, variable[1] as string)
  );
}

/** Whether a path in a script may be the wanted one: its literal end is, or it is a bare name nearby. */
function isSame(written: string, script: string, wanted: string): boolean {
  const literal = written.replace(/^.*[$})]+[^/]*\//, '');
  if (!literal.includes('/')) return isNear(script, wanted);
  const known = [resolvePath(dirname(script), literal), resolvePath('', literal)];
  if (known.some((path) => path !== undefined && path === wanted)) return true;
  const parts = literal.split('/').filter((part) => part !== '.' && part !== '..' && part !== '');
  return parts.length > 1 && `/${wanted}`.endsWith(`/${parts.slice(0, -1).join('/')}/${basename(wanted)}`);
}

/** Whether a script is one for the part of the repository in which a file is wanted. */
function isNear(script: string, wanted: string): boolean {
  const folder = dirname(script).replace(FOR_SCRIPTS, '');
  return below(folder, dirname(wanted)) !== undefined || below(dirname(wanted), folder) !== undefined;
}

function isVariableWritten(text: string, name: string): boolean {
  const use = patternFrom(`\\$\\{?${name}\\b\\}?|\\$\\(${name}\\)|(?<=[(,]\\s*)${name}\\b`, 'g');
  return [...text.matchAll(use)].some(({ index, 0: { length } }) => {
    const line = lineAround(text, index);
    return isWritten(line.text, index - line.start, index - line.start + length);
  });
}

/** Whether a step writes to the place that a stretch of its line names, and does not only read it. */
function isWritten(line: string, start: number, end: number): boolean {
  const before = line.slice(0, start).replace(/[^\s"'=<>|;&(,]*$/, '');
  const after = line.slice(end);
  if (/(?:>{1,2}|\btee(?:\s+-a)?)\s*["']?$/.test(before)) return true;
  if (OUTPUT_OPTION.test(before)) return true;
  if (/\b(?:urlretrieve|copy\w*|move|write_\w+|download\w*|createWriteStream)\(.*["',(]\s*$/.test(before))
    return true;
  if (/\bopen\(\s*["']?$/.test(before) && /^["']?\s*,\s*["']w/.test(after)) return true;
  if (/\b(?:touch|git clone|git lfs pull|git submodule|mkcert)\b/.test(before)) return true;
  if (/<(?:destFileName|outputDirectory|outputFile)>/.test(before)) return true;
  const command = commandBefore(before);
  return (
    COPY.test(command) && /\s\S+\s+["']?$/.test(command) && /^[^\s"']*["']?\s*(?:$|[;&|)#`]|\d?>)/.test(after)
  );
}

/** Whether a step brings a file of this name from elsewhere, with the name left as it is. */
function isBrought(line: string, start: number, end: number, wanted: string): boolean {
  const before = line.slice(0, start);
  const written = /[^\s"'=<>|;&(,]*$/.exec(before)?.[0] ?? '';
  if (/:\/\//.test(written)) return /\b(?:curl|wget|http|aria2c|Invoke-WebRequest|fetch)\b/.test(before);
  const target = /^\S*\s+["']?([^\s"';&|)]+)["']?\s*(?:$|[;&|)#`])/.exec(line.slice(end))?.[1];
  const own = dirname(wanted);
  const isOwn = written === '' || `/${own}/`.endsWith(`/${written.replace(/^(?:\.\.?\/)+/, '')}`);
  return COPY.test(commandBefore(before)) && target !== undefined && !target.startsWith('/') && !isOwn;
}

const KEY_OPTION = /\s(?:-out|-keyout|-keystore|-destkeystore)[\s=]+["']?$/;
const OUTPUT_OPTION =
  /(?:^|\s)(?:-o|-O|-out|-keyout|-OutFile|--output(?:-document|-dir|-directory|-folder)?|--out|-keystore|-destkeystore|--dir|-d|-C|-P)[\s=]+["']?$/;
const COPY = /(?:^|\s|@)(?:sudo\s+)?(?:cp|mv|ln|install|rsync|docker cp)\s/;

const commandBefore = (text: string): string => text.split(/&&|\|\||;|\||`|\$\(/).at(-1) ?? '';

function lineAround(text: string, offset: number): { text: string; start: number } {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return { text: text.slice(start, end < 0 ? text.length : end), start };
}
