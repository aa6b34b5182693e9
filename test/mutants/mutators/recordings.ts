import { replacing } from './edits.ts';
import { FILE_KINDS, type Mutator, mutator } from './mutator.ts';

/** A recording rule more in the first group. */
const withRecording = (name: string, expr: string): ((text: string) => string) =>
  replacing(/^( +)rules:\n/m, `$1rules:\n$1  - record: ${name}\n$1    expr: ${expr}\n`);

/** The first recorded metric under another name, in all files that mention it. */
const renamed = (
  name: string,
  rename: (name: string) => string,
  select: (name: string, matchers: string) => string,
  ...rules: readonly string[]
): Mutator => ({
  name: `recordings: ${name}`,
  edit(texts) {
    const files = [...texts];
    const recorded = files
      .flatMap(([path, text]) => (FILE_KINDS.recordings(path, text) ? [text] : []))
      .flatMap((text) => /- record: (\S+)/.exec(text)?.[1] ?? [])[0];
    if (recorded === undefined) return undefined;
    const use = new RegExp(`(- record: )?${recorded}(?:\\{([^}]*)\\})?`, 'g');
    const changed = files.flatMap(([path, text]) => {
      const inJson = path.endsWith('.json');
      const after = text.replace(use, (_, record: string | undefined, matchers: string | undefined) => {
        if (record !== undefined) return `${record}${rename(recorded)}`;
        const plain = (matchers ?? '').replaceAll('\\"', '"');
        const selector = select(rename(recorded), plain);
        return inJson ? selector.replaceAll('"', '\\"') : selector;
      });
      // What begins with a brace is no text in YAML.
      const quoted = inJson ? after : after.replace(/^( +(?:- )?expr: )(\{.*)$/gm, "$1'$2'");
      return after === text ? [] : [[path, quoted] as const];
    });
    return Object.fromEntries(changed);
  },
  rules,
});

/** What is wrong with a recording rule, or with how it is used. */
export const recordingsMutators: readonly Mutator[] = [
  mutator(
    'recordings',
    'record over two ranges',
    replacing(
      / {6}- record: (\S+)\n {8}expr: (\S.*)\[5m\](.*)\n/,
      '$&\n      - record: $1\n        expr: $2[1m]$3\n',
    ),
    'recording/conflicting',
  ),
  mutator(
    'recordings',
    'record twice',
    replacing(/ {6}- record: \S+\n(?: {8,}.*\n)+/, '$&\n$&'),
    'recording/duplicate',
  ),
  mutator(
    'recordings',
    'record of itself',
    replacing(/- record: (\S+)(\n\s+expr: (?:\|\n\s+)?sum by \(job\)) \(.*\)/, '- record: $1$2 ($1)'),
    'recording/cycle',
  ),
  mutator(
    'recordings',
    'interval over the lookback',
    replacing(/^( +)rules:\n/m, '$1interval: 10m\n$&'),
    'recording/interval-over-lookback',
  ),
  mutator(
    'recordings',
    'labels in a name',
    withRecording('job:up:sum{job}', 'sum by (job) (up)'),
    'recording/invalid-name',
  ),
  renamed(
    'name like any other',
    (name) => name.replaceAll(':', '_'),
    (name, matchers) => (matchers === '' ? name : `${name}{${matchers}}`),
    'recording/naming',
  ),
  renamed(
    'name with a dash',
    (name) => name.replace(/:(?=[^:]*$)/, '-'),
    (name, matchers) => `{"${name}"${matchers === '' ? '' : `, ${matchers}`}}`,
    'recording/quoted-name',
  ),
  mutator(
    'recordings',
    'rate of a recorded sum',
    replacing(
      /^( +)rules:\n([\s\S]*?)rate\((\w+_total)\[5m\]\)/m,
      '$1rules:\n$1  - record: job:$3:sum\n$1    expr: sum by (job) ($3)\n\n$2rate(job:$3:sum[5m])',
    ),
    'recording/rate-of-recorded-sum',
  ),
  mutator(
    'recordings',
    'record that nothing uses',
    withRecording('job:scrape_duration_seconds:avg', 'avg by (job) (scrape_duration_seconds)'),
    'recording/unused',
  ),
];
