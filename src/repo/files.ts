import { append } from '../multimap.ts';
import { type Content, classify, embeddedFiles, type Kind, maybeOfAKind } from './classify.ts';
import { type Document, parseJson, parseYaml } from './document.ts';
import { type Node, roots } from './node.ts';
import { basename } from './path.ts';
import { isReadable, type Repository, type Unreadable } from './repository.ts';
import { embeddedText, type SourceText } from './text.ts';

/** A part of a file that is of a known kind. */
export interface File extends Content {
  readonly path: string;
  /** The document has faults: what it holds is a part of what was meant, and nothing is concluded from what is missing. */
  readonly isBroken: boolean;
}

/** The repository's files, read and told apart. Every file is read and parsed at most once. */
export interface Files {
  readonly repo: Repository;
  /** Everything of a known kind, in the order of the paths. */
  readonly all: readonly File[];
  of(kind: Kind): readonly File[];
  /** The parts of known kinds in one file. */
  at(path: string): readonly File[];
  /** A file's parsed content, whatever its kind; undefined when it is no text, or a template of another language. */
  document(path: string): Document | undefined;
  /** Documents with faults that are of a known kind, or that look as if they were. */
  readonly faulty: readonly Document[];
  /** Files with the name of a configuration that cannot be read as text. */
  readonly unreadable: readonly { path: string; reason: Unreadable['unreadable'] }[];
}

/** Names of files that may hold a configuration. Examples and templates are not what a stack loads. */
const CONFIGURATION = /\.(?:ya?ml|json|rules|alerts|alert)$/i;
const TEMPLATE = /\.(?:j2|jinja2?|tmpl|tpl|gotmpl|erb|njk|mustache|hbs)$/i;
/** Files that no monitoring system reads, though they are large and plain JSON or YAML. */
const OTHERS =
  /(?:^|\/)(?:package(?:-lock)?|tsconfig[^/]*|composer|pnpm-lock|yarn\.lock|openapi|swagger)\.(?:json|ya?ml)$/i;

/**
 * Files that no system loads by themselves: what a program's own tests read, which Go's tools leave out as
 * well, and packages of Docker App, which another tool fills in and puts elsewhere before they run.
 */
const NOT_LOADED = /(?:^|\/)(?:testdata|[^/]+\.dockerapp)\//;

/** Reads and classifies the repository's files. */
export function readFiles(repo: Repository): Files {
  const documents = new Map<string, Document | undefined>();
  const document = (path: string): Document | undefined => {
    if (!documents.has(path)) documents.set(path, parse(repo, path));
    return documents.get(path);
  };

  const all: File[] = [];
  const faulty: Document[] = [];
  const unreadable: Files['unreadable'][number][] = [];
  for (const path of repo.paths) {
    if (!CONFIGURATION.test(path) || OTHERS.test(path) || NOT_LOADED.test(path)) continue;
    const text = repo.text(path);
    if (!isReadable(text)) {
      unreadable.push({ path, reason: text.unreadable });
      continue;
    }
    if (!maybeOfAKind(path, text.text) || isChartTemplate(repo, path)) {
      repo.forget(path);
      continue;
    }
    if (hasTooMuch(text.text, path)) {
      unreadable.push({ path, reason: 'too large' });
      continue;
    }
    const parsed = document(path);
    if (parsed !== undefined) all.push(...contentsOf(parsed, faulty));
  }

  const byPath = new Map<string, File[]>();
  const byKind = new Map<Kind, File[]>();
  for (const file of all) {
    append(byPath, file.path, file);
    append(byKind, file.kind, file);
  }
  return {
    repo,
    all,
    faulty,
    unreadable,
    of: (kind) => byKind.get(kind) ?? [],
    at(path) {
      let found = byPath.get(path);
      if (found === undefined) {
        // Something refers to a file that did not look like anything by itself.
        const parsed = document(path);
        found = parsed ? contentsOf(parsed, []) : [];
        byPath.set(path, found);
      }
      return found;
    },
    document,
  };
}

function parse(repo: Repository, path: string): Document | undefined {
  const text = repo.text(path);
  if (!isReadable(text) || TEMPLATE.test(path) || hasTooMuch(text.text, path)) return undefined;
  const parsed = parseText(text, path);
  return isTemplate(parsed) ? undefined : parsed;
}

const isJson = (text: string, name: string): boolean => /\.json$/i.test(name) || /^\s*\{\s*["}]/.test(text);

const parseText = (text: SourceText, name: string): Document =>
  isJson(text.text, name) ? parseJson(text) : parseYaml(text);

/** What stands between values in YAML, more often than in any configuration: a parser needs a kilobyte for each. */
const MOST_SEPARATORS = 400_000;

/** Whether a YAML text holds so many values that reading it would take too much memory. */
function hasTooMuch(text: string, name: string): boolean {
  if (text.length < MOST_SEPARATORS || isJson(text, name)) return false;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // A line feed, a comma, a colon, a bracket.
    if (code === 10 || code === 44 || code === 58 || code === 91) count++;
  }
  return count > MOST_SEPARATORS;
}

/**
 * Whether a file is broken because another language makes YAML or JSON of it, such as Jinja, Helm or
 * envsubst: a directive stands alone on a line, or on the line where the file breaks. The templates of
 * an alert's annotations are none: they belong into quotes.
 */
function isTemplate({ source, problems }: Document): boolean {
  const broken = problems.filter(({ kind }) => kind === 'syntax' || kind === 'duplicate-key');
  if (broken.length === 0) return false;
  const text = source.text.replace(ALERT_TEMPLATE, (template) => ' '.repeat(template.length));
  // Within a line, and up to the next brace: a file of nothing but blank lines or braces must not cost its square.
  if (/^[ \t]*(?:\{\{|\{%|<%|#[ \t]*\{%|- \{\{)/m.test(text) || /:[ \t]+\{\{[^{}"'\n]*\}\}/.test(text))
    return true;
  // Compose reads ${VARIABLES} itself; elsewhere they are put in before the file is used.
  const directive = /^services\s*:/m.test(text) ? /\{\{|\{%|<%/ : /\{\{|\{%|<%|\$\{\w+\}/;
  return broken.some(({ span }) =>
    directive.test(lineAround(text, span.start).replace(/"[^"]*"|'[^']*'/g, '')),
  );
}

const ALERT_TEMPLATE = /\{\{[^{}`]*\$(?:labels|value|externalLabels)\b[^{}`]*\}\}/g;

function lineAround(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, end < 0 ? text.length : end);
}

/** Templates of a Helm chart, below the folder `templates` beside its `Chart.yaml`. */
function isChartTemplate(repo: Repository, path: string): boolean {
  const at = path.lastIndexOf('templates/');
  return at >= 0 && repo.entry(`${path.slice(0, at)}Chart.yaml`) !== undefined;
}

/** What a document holds; it, and those inside it, are added to `faulty` where they have faults. */
function contentsOf(document: Document, faulty: Document[]): File[] {
  if (document.problems.length > 0) faulty.push(document);
  const isBroken = document.problems.some(({ kind }) => kind !== 'duplicate-key');
  return roots(document).flatMap((root) => {
    const content = classify(root);
    const own: File[] = content ? [{ ...content, path: document.source.path, isBroken }] : [];
    return own.concat(embeddedFiles(root).flatMap(({ name, node }) => embedded(node, name, faulty)));
  });
}

/** A file written inside another one, as ConfigMaps hold them. */
function embedded(node: Node, name: string, faulty: Document[]): File[] {
  if (
    typeof node.value !== 'string' ||
    !CONFIGURATION.test(basename(name)) ||
    !maybeOfAKind(name, node.value)
  )
    return [];
  const offsets = node.doc.stringOffsets(node.index, node.path);
  if (offsets === undefined) return [];
  const text = embeddedText(
    node.doc.source,
    node.value,
    (offset) => offsets[Math.min(offset, offsets.length - 1)] as number,
  );
  const parsed = parseText(text, name);
  return isTemplate(parsed) ? [] : contentsOf(parsed, faulty);
}
