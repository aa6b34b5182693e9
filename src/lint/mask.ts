import { onceOf } from '../once.ts';
import type { Files } from '../repo/files.ts';
import { type Place, spanOf } from '../repo/node.ts';
import { dirname } from '../repo/path.ts';
import { isReadable } from '../repo/repository.ts';
import { type SourceText, type Span, sourceText } from '../repo/text.ts';
import { isEnvFile } from '../stack/compose/variables.ts';
import { loginIn } from '../stack/knowledge/credentials.ts';
import { secretsIn, secretVariables } from '../stack/secrets.ts';
import type { Finding, FindingPlace } from './finding.ts';

/** Covers the secrets of a repository in whatever is shown of it. */
export interface Mask {
  /** Takes note of the secrets of a place's file. */
  learn(at: FindingPlace): void;
  /** A place whose file's text shows stars where a secret stands. */
  place(at: FindingPlace): FindingPlace;
  /** A text with stars for the secrets of the files that `place` was asked about, and for those that every text hides. */
  text(text: string): string;
}

/** The mask of a repository's secrets. */
export function maskOf(files: Files): Mask {
  const texts = new Map<string, SourceText>();
  const values = new Set(valuesOf(files));
  const cover = (path: string, source: SourceText): SourceText => {
    const known = texts.get(path);
    if (known !== undefined) return known;
    const spans = secretSpans(path, source, files);
    for (const { start, end } of spans) values.add(source.text.slice(start, end));
    const masked = spans.length === 0 ? source : sourceText(path, starred(source.text, spans));
    texts.set(path, masked);
    return masked;
  };
  // What is a secret in one file may stand in another under a name that does not tell.
  const everywhere = new Map<SourceText, { readonly known: number; readonly source: SourceText }>();
  const hide = (source: SourceText): SourceText => {
    const done = everywhere.get(source);
    if (done?.known === values.size) return done.source;
    const spans = [...values].flatMap((value) => occurrences(value, source.text));
    const hidden = spans.length === 0 ? source : sourceText(source.path, starred(source.text, spans));
    everywhere.set(source, { known: values.size, source: hidden });
    return hidden;
  };
  return {
    learn: (at) => void cover(at.file, at.source),
    place: (at) => ({ ...at, source: hide(cover(at.file, at.source)) }),
    text: (text) => [...values].reduce((shorter, value) => shorter.replaceAll(value, '***'), text),
  };
}

/**
 * What is hidden wherever it stands: the secrets of environment files, and of every other file what looks like one
 * that is in use. A word such as `localhost`, that somebody made a password, is hidden only where it is one.
 */
const valuesOf = onceOf((files: Files): ReadonlySet<string> => {
  const values = new Set<string>();
  for (const path of environmentFiles(files)) {
    const source = files.repo.text(path);
    if (!isReadable(source)) continue;
    // In an address the password is what may stand elsewhere.
    for (const { value } of secretVariables(source)) values.add(loginIn(value)?.password ?? value);
  }
  for (const file of files.all)
    for (const { place, isStrong } of secretsIn(file)) if (isStrong) values.add(textAt(place));
  return values;
});

/** What a place's string says there, whatever way it is written in. */
function textAt(place: Place): string {
  if (!('node' in place)) return place.source.text.slice(place.span.start, place.span.end);
  return String(place.node.value).slice(place.range?.start, place.range?.end);
}

/** Stars in place of the secrets that `valuesOf` knows, in texts that belong to no place of a file. */
export const hiderOf = onceOf((files: Files): ((text: string) => string) => maskOf(files).text);

/** Findings whose texts, and whose files' texts, show stars where a secret of the repository stands. */
export function maskSecrets(findings: readonly Finding[], files: Files): Finding[] {
  const mask = maskOf(files);
  // Every secret is known before anything is shown: what is one in one file may stand in another as well.
  for (const { at, related } of findings) {
    mask.learn(at);
    for (const other of related) mask.learn(other.at);
  }
  return findings.map((finding) => ({
    ...finding,
    at: mask.place(finding.at),
    message: mask.text(finding.message),
    help: finding.help === undefined ? undefined : mask.text(finding.help),
    related: finding.related.map(({ at, message }) => ({ at: mask.place(at), message: mask.text(message) })),
  }));
}

/** A shorter secret, such as `admin`, is a word of its own in what programs print. */
const SHORTEST_HIDDEN = 6;

/** Puts stars in place of every secret that the repository's files hold, in a text that a program printed. */
export function secretHider(files: Files): (text: string) => string {
  const values = new Set<string>();
  for (const path of new Set([...environmentFiles(files), ...files.all.map((file) => file.path)])) {
    const source = files.repo.text(path);
    if (!isReadable(source)) continue;
    for (const { start, end } of secretSpans(path, source, files)) values.add(source.text.slice(start, end));
  }
  const hidden = [...values].filter(({ length }) => length >= SHORTEST_HIDDEN);
  return (text) => hidden.reduce((shorter, value) => shorter.replaceAll(value, '***'), text);
}

/** The environment files of the repository, and those that git leaves out, which compose reads all the same. */
function environmentFiles({ repo, of }: Files): Set<string> {
  const beside = of('compose').map(({ path }) => (dirname(path) === '' ? '.env' : `${dirname(path)}/.env`));
  return new Set([
    ...repo.paths.filter(isEnvFile),
    ...beside.filter((path) => repo.entry(path)?.type === 'file'),
  ]);
}

function occurrences(value: string, text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length))
    spans.push({ start: at, end: at + value.length });
  return spans;
}

function secretSpans(path: string, source: SourceText, files: Files): Span[] {
  if (isEnvFile(path)) return secretVariables(source).map(({ valueSpan }) => valueSpan);
  return files.at(path).flatMap((file) =>
    secretsIn(file).map(({ place }) => {
      const within = 'node' in place ? place.node.doc.source : place.source;
      const { start, end } = spanOf(place);
      return { start: within.fileOffset(start), end: within.fileOffset(end) };
    }),
  );
}

/** The text with stars over stretches of it, so that every place in it stays where it is. */
function starred(text: string, spans: readonly Span[]): string {
  const characters = text.split('');
  for (const { start, end } of spans)
    for (let index = start; index < end; index++)
      if (!/[\r\n]/.test(characters[index] ?? '\n')) characters[index] = '*';
  return characters.join('');
}
