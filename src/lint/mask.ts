import { onceOf } from '../once.ts';
import type { Files } from '../repo/files.ts';
import { spanOf } from '../repo/node.ts';
import { dirname } from '../repo/path.ts';
import { isReadable } from '../repo/repository.ts';
import { type SourceText, type Span, sourceText } from '../repo/text.ts';
import { isEnvFile } from '../stack/compose/variables.ts';
import { secretsIn, secretVariables } from '../stack/secrets.ts';
import type { Finding, FindingPlace } from './finding.ts';

/** Findings whose texts, and whose files' texts, show stars where a secret of the repository stands. */
export function maskSecrets(findings: readonly Finding[], files: Files): Finding[] {
  const texts = new Map<string, SourceText>();
  const values = new Set<string>();
  const cover = (path: string, source: SourceText): SourceText => {
    const known = texts.get(path);
    if (known !== undefined) return known;
    const spans = secretSpans(path, source, files);
    for (const { start, end } of spans) values.add(source.text.slice(start, end));
    const masked = spans.length === 0 ? source : sourceText(path, starred(source.text, spans));
    texts.set(path, masked);
    return masked;
  };
  for (const path of environmentFiles(files)) {
    const source = files.repo.text(path);
    if (isReadable(source)) cover(path, source);
  }
  const shown = (at: FindingPlace): FindingPlace => ({ ...at, source: cover(at.file, at.source) });
  const covered = findings.map((finding) => ({
    ...finding,
    at: shown(finding.at),
    related: finding.related.map((other) => ({ ...other, at: shown(other.at) })),
  }));
  if (values.size === 0) return covered;
  const hide = (text: string): string =>
    [...values].reduce((shorter, value) => shorter.replaceAll(value, '***'), text);
  // What is a secret in one file may stand in another under a name that does not tell.
  const everywhere = onceOf((source: SourceText): SourceText => {
    const spans = [...values].flatMap((value) => occurrences(value, source.text));
    return spans.length === 0 ? source : sourceText(source.path, starred(source.text, spans));
  });
  const hidden = (at: FindingPlace): FindingPlace => ({ ...at, source: everywhere(at.source) });
  return covered.map((finding) => ({
    ...finding,
    at: hidden(finding.at),
    message: hide(finding.message),
    help: finding.help === undefined ? undefined : hide(finding.help),
    related: finding.related.map((other) => ({ at: hidden(other.at), message: hide(other.message) })),
  }));
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
