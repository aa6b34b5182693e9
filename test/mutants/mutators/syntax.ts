import { replacing } from './edits.ts';
import { fileOf, inFile, inTurn, type Mutator, mutator, stackMutator } from './mutator.ts';

/** A text as an editor of Windows saves "Unicode": UTF-16 with its mark. */
function inUtf16(text: string): Uint8Array {
  const bytes = new Uint8Array(2 + 2 * text.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, true);
  for (let index = 0; index < text.length; index++)
    view.setUint16(2 + 2 * index, text.charCodeAt(index), true);
  return bytes;
}

/** A text as an old editor saves it, one byte a letter. */
const inLatin1 = (text: string): Uint8Array =>
  Uint8Array.from(text, (letter) => Math.min(letter.charCodeAt(0), 0xff));

/** Lists of lists, each by an alias ten times: what is short here is long when it is read. */
const aliases = (levels: number): string =>
  Array.from({ length: levels }, (_, level) =>
    level === 0
      ? `x-level-0: &level-0 [${Array(10).fill('tag').join(', ')}]\n`
      : `x-level-${level}: &level-${level} [${Array(10)
          .fill(`*level-${level - 1}`)
          .join(', ')}]\n`,
  ).join('');

export const syntaxMutators: readonly Mutator[] = [
  mutator(
    'prometheus',
    'version of an interface that is gone',
    replacing(
      '- static_configs:\n        - targets: ["alertmanager',
      '- api_version: v1\n      static_configs:\n        - targets: ["alertmanager',
    ),
    'syntax/ignored-key',
  ),
  mutator(
    'alertmanager',
    'integration that is gone',
    replacing(/^global:\n/m, '$&  hipchat_api_url: https://chat.example.com\n'),
    'syntax/ignored-key',
  ),
  mutator('compose', 'aliases of aliases', (text) => `${aliases(8)}\n${text}`, 'syntax/too-complex'),
  mutator(
    'alertmanager',
    'brackets',
    (text) => `${text}\nx-notes: ${'['.repeat(3000)}${']'.repeat(3000)}\n`,
    'syntax/too-complex',
  ),
  stackMutator(
    'dashboard: saved as "Unicode"',
    (texts) => {
      const file = fileOf(texts, 'dashboard');
      return file && { [file.path]: inUtf16(file.text) };
    },
    'syntax/unreadable',
  ),
  stackMutator(
    'alertmanager: saved one byte a letter',
    (texts) => {
      const file = fileOf(texts, 'alertmanager');
      return file && { [file.path]: inLatin1(`# Wen es angeht: Bereitschaft für die Nacht\n${file.text}`) };
    },
    'syntax/unreadable',
  ),
  stackMutator(
    "compose: Alertmanager's file for Prometheus",
    (texts) => {
      const own = fileOf(texts, 'prometheus');
      const other = fileOf(texts, 'alertmanager');
      return own && other
        ? inFile(
            'compose',
            replacing(`${own.path}:/etc/prometheus/`, `${other.path}:/etc/prometheus/`),
          )(texts)
        : undefined;
    },
    'syntax/wrong-kind',
  ),
  stackMutator(
    'prometheus: rule tests among the rules',
    (texts) => {
      const tests = fileOf(texts, 'tests');
      return tests === undefined
        ? undefined
        : inTurn(
            inFile(
              'compose',
              replacing(
                /^( +- )\S+:\/etc\/prometheus\/prometheus\.yml\S*\n/m,
                `$&$1./${tests.path}:/etc/prometheus/more/tests.yml:ro\n`,
              ),
            ),
            inFile('prometheus', replacing('rule_files:\n', '$&  - /etc/prometheus/more/*.yml\n')),
          )(texts);
    },
    'syntax/wrong-kind',
  ),
  stackMutator(
    'datasources: in the folder of the dashboards',
    (texts) => {
      const file = fileOf(texts, 'datasources');
      return (
        file && {
          [file.path]: undefined,
          [file.path.replace('/datasources/', '/dashboards/').replace(/[^/]+$/, 'prometheus-source.yml')]:
            file.text,
        }
      );
    },
    'syntax/wrong-kind',
  ),
];
