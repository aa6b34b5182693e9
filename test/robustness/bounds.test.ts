import { describe, expect, it } from 'vitest';
import { FILE_READERS } from '../fuzz/file-readers.ts';
import { TEXT_READERS } from '../fuzz/text-readers.ts';

/** How deep things are nested, and how often they are repeated. */
const MUCH = 10_000;
/** No reader may take longer for a text of some tens of kilobytes, in milliseconds of the processor's time. */
const LONGEST = 15_000;

const nested = (open: string, inner: string, close: string): string =>
  open.repeat(MUCH) + inner + close.repeat(MUCH);

/** Pairs that languages nest, closed and left open. */
const PAIRS: readonly (readonly [open: string, inner: string, close: string])[] = [
  ['(', 'up', ')'],
  ['[', '1', ']'],
  ['{', '', '}'],
  ['{"a":', '1', '}'],
  ['{a: ', '1', '}'],
  ['- ', 'a', ''],
  ['abs(', 'up', ')'],
  ['sum by (a) (', 'up', ')'],
  ['up{a="', 'b', '"}'],
  ['{a="b"} |= "', 'c', '"'],
  ['{ .a = "b" } >> (', '', ')'],
  ['(?:', 'a', ')'],
  ['(a', '', '|b)*'],
  ['(', 'a', '+)+'],
  ['[[:alpha:]', '', ']'],
  ['{{ if true }}', 'a', '{{ end }}'],
  ['{{ printf (', '1', ') }}'],
  ['${A:-', 'b', '}'],
  ['[[', 'a', ']]'],
  ['label_values(', 'up', ', job)'],
  ['{', 'a', ',b}'],
  ['a { ', '', ' }'],
  ["'", 'a', "'"],
];

/** What is repeated without being nested. */
const REPEATED: readonly string[] = [
  ...[
    '"',
    "'",
    '`',
    '\\',
    '\\"',
    '$',
    '$$',
    '%',
    '#',
    '# ',
    '\n',
    '\r',
    '\r\n',
    '\t',
    ' ',
    '\0',
    '\u202e',
    '\ufeff',
  ],
  ...[
    '-',
    '--',
    '---\n',
    '+',
    '*',
    '**/',
    '../',
    '/',
    '.',
    ':',
    '::',
    ': ',
    ',',
    ';',
    '|',
    'a|',
    '!',
    '?',
    '@',
    '^',
    '~',
  ],
  ...[
    'a: ',
    'a: b\n',
    'a=b ',
    'A=1\n',
    '&a ',
    '*a ',
    '<<: *a\n',
    '&a [*a]\n',
    '!t ',
    '? ',
    'a b ',
    'a,b,',
    'a.b.',
    '1',
    '1h',
  ],
  ...[
    'a and ',
    'a + ',
    'a offset 5m + ',
    '- ',
    '.*',
    '.+',
    'a?',
    'a{1,1000}',
    '(a|aa)',
    '\\d',
    '[a-z]',
    '(?i)',
    '[^',
    'x1+1',
  ],
  ...[
    'FROM a\n',
    'RUN a \\\n',
    'ENV A=${A}\n',
    'a {\n',
    '\u{1f600}',
    '\ud800',
    'https://a:b@',
    'a/b:c@',
    '<!--',
    '/*',
    '//',
  ],
];

const TEXTS = new Map<string, string>([
  ...PAIRS.flatMap(([open, inner, close]): [string, string][] => [
    [`${open}${inner}${close}, nested`, nested(open, inner, close)],
    [`${open}, left open`, open.repeat(MUCH)],
  ]),
  ...REPEATED.map((part): [string, string] => [`${JSON.stringify(part)}, repeated`, part.repeat(MUCH)]),
]);

/** Each reader with how it reads a text. */
const READERS: readonly (readonly [name: string, read: (text: string) => void])[] = [
  ...TEXT_READERS.map((reader) => [reader.name, reader.text] as const),
  // The first of them looks at a whole line for each of its signs.
  ...FILE_READERS.slice(1).map(
    ({ name, file }) => [name, (text: string) => file(new TextEncoder().encode(text), 'a.yml')] as const,
  ),
];

describe('ten thousand of one thing are read in a moment and without a crash, by the reader of', () => {
  it.each(READERS)('%s', (_name, read) => {
    for (const [name, text] of TEXTS) {
      const start = process.cpuUsage();
      read(text);
      const { user, system } = process.cpuUsage(start);
      expect((user + system) / 1000, name).toBeLessThan(LONGEST);
    }
  });
});
