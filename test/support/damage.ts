import type { Random } from './random.ts';

/** A way in which a file can be broken or made hostile, by accident or on purpose. */
export interface Damage {
  readonly name: string;
  /** The damaged content of a file. */
  readonly apply: (content: Uint8Array, random: Random) => Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const bytes = (name: string, apply: Damage['apply']): Damage => ({ name, apply });
const text = (name: string, apply: (text: string, random: Random) => string): Damage => ({
  name,
  apply: (content, random) => encoder.encode(apply(decoder.decode(content), random)),
});

const join = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const utf16 = (written: string): Uint8Array => Buffer.from(written, 'utf16le');
const DEPTH = 10_000;

/** Content that is cut off, mistyped by a machine, or in another encoding. */
export const BROKEN: readonly Damage[] = [
  bytes('nothing at all', () => new Uint8Array()),
  bytes('white space only', () => encoder.encode(' \t\r\n\n  \r')),
  bytes('random bytes', (_content, random) => Uint8Array.from({ length: 4096 }, () => random.below(256))),
  bytes('random printable text', (_content, random) =>
    Uint8Array.from({ length: 4096 }, () => (random.below(20) === 0 ? 10 : 32 + random.below(95))),
  ),
  ...[1, 2, 3, 4, 5, 6, 7].map((eighth) =>
    bytes(`cut off after ${eighth} eighths`, (content) =>
      content.slice(0, Math.floor((content.length * eighth) / 8)),
    ),
  ),
  bytes('cut off anywhere', (content, random) => content.slice(0, random.below(content.length + 1))),
  bytes('without its beginning', (content, random) => content.slice(random.below(content.length + 1))),
  bytes('a stretch left out', (content, random) => {
    const from = random.below(content.length + 1);
    return join(content.slice(0, from), content.slice(from + random.below(200)));
  }),
  bytes('a byte order mark alone', () => Uint8Array.of(0xef, 0xbb, 0xbf)),
  bytes('a byte order mark before it', (content) => join(Uint8Array.of(0xef, 0xbb, 0xbf), content)),
  text('lines that end with CRLF', (written) => written.replace(/\r?\n/g, '\r\n')),
  text('lines that end with CR', (written) => written.replace(/\r?\n/g, '\r')),
  text('no line breaks', (written) => written.replace(/\r?\n/g, ' ')),
  text('tabs for spaces', (written) => written.replace(/^ +/gm, (spaces) => '\t'.repeat(spaces.length))),
  bytes('UTF-16, little end first', (content) =>
    join(Uint8Array.of(0xff, 0xfe), utf16(decoder.decode(content))),
  ),
  bytes('UTF-16, big end first', (content) =>
    join(Uint8Array.of(0xfe, 0xff), Buffer.from(utf16(decoder.decode(content))).swap16()),
  ),
  bytes('UTF-16 without a mark', (content) => utf16(decoder.decode(content))),
  bytes('half a UTF-16 unit', () => Uint8Array.of(0xff, 0xfe, 0x61)),
  bytes('bytes that are no UTF-8', (content, random) => {
    const at = random.below(content.length + 1);
    return join(content.slice(0, at), Uint8Array.of(0xc3, 0x28, 0xff), content.slice(at));
  }),
  bytes('a null byte', (content, random) => {
    const at = random.below(content.length + 1);
    return join(content.slice(0, at), Uint8Array.of(0), content.slice(at));
  }),
  text('controls and direction marks', (written) =>
    written.replace(/[a-z]{4}/g, (word) => `${word}\u202e\u001b[31m\u2028`),
  ),
  text('every digit another one', (written, random) =>
    written.replace(/\d/g, () => String(random.below(10))),
  ),
  text('lines in another order', (written, random) => random.shuffled(written.split('\n')).join('\n')),
  text('every line twice', (written) => written.replace(/^.*$/gm, '$&\n$&')),
  text('keys of objects that every object has', (written) =>
    written.replace(/^(\s*(?:- )?"?)[\w-]+("?:)/gm, (_whole, before: string, after: string) =>
      written.length % 2 === 0 ? `${before}__proto__${after}` : `${before}constructor${after}`,
    ),
  ),
  text('some names of objects that every object has', (written, random) =>
    written.replace(/\b[a-z][\w-]*\b/g, (word) =>
      random.below(6) === 0
        ? random.pick(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])
        : word,
    ),
  ),
];

const lines = (...list: readonly string[]): string => `${list.join('\n')}\n`;

/** Ten levels of lists, each of ten of the level below: ten milliards of words in a few lines. */
const aliasBomb = (top: string): string =>
  lines(
    'a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]',
    ...Array.from({ length: 10 }, (_, index) => {
      const before = `*a${index}`;
      return `a${index + 1}: &a${index + 1} [${Array.from({ length: 10 }, () => before).join(', ')}]`;
    }),
    `${top}: *a10`,
  );

const mergeBomb = lines(
  'x0: &x0 {a: 1}',
  ...Array.from(
    { length: 24 },
    (_, index) =>
      `x${index + 1}: &x${index + 1} {<<: [*x${index}, *x${index}], b${index}: *x${index}, c${index}: *x${index}}`,
  ),
  'services: *x24',
);

/** The first key of a file, under which its reader looks. */
const firstKey = (written: string): string =>
  /^["']?(services|scrape_configs|groups|route|datasources|providers|clients|rules|mappings|schema_config|distributor|tests|paths)\b/m.exec(
    written,
  )?.[1] ?? 'services';

const inKeys = (pattern: RegExp, value: string): Damage['apply'] =>
  text('', (written) => written.replace(pattern, (_whole, key: string) => `${key}${JSON.stringify(value)}`))
    .apply;

const EXPRESSIONS = /^(\s*(?:- )?"?(?:expr|query|record)"?: ?)[^\n]*(?:\n\s+[^-\s"][^:\n]*$)*/gm;
const TEXTS = /^(\s*(?:- )?"?(?:summary|description|template|legendFormat|text|title)"?: ?)[^\n]*/gm;
const PATTERNS =
  /^(\s*(?:- )?"?(?:regex|pattern|match|expression|source_labels|replacement|separator)"?: ?)[^\n]*/gm;

/** Content that is made to use up time, memory or the stack. */
export const HOSTILE: readonly Damage[] = [
  text('an alias bomb', (written) => aliasBomb(firstKey(written))),
  text('an alias bomb behind it', (written) => `${written}\n${aliasBomb('bomb')}`),
  text('a merge bomb', () => mergeBomb),
  text('an alias of what holds it', (written) => `${firstKey(written)}: &self\n  a: *self\n  <<: *self\n`),
  text('lists in brackets, closed', (w) => `${firstKey(w)}: ${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}\n`),
  text('lists in brackets, open', (w) => `${firstKey(w)}: ${'['.repeat(DEPTH)}`),
  text('maps in braces', (w) => `${firstKey(w)}: ${'{a: '.repeat(DEPTH)}1${'}'.repeat(DEPTH)}\n`),
  text('lists in lists', (w) => `${firstKey(w)}:\n  ${'- '.repeat(DEPTH)}a\n`),
  text('maps in maps', (w) =>
    lines(`${firstKey(w)}:`, ...Array.from({ length: 1500 }, (_, at) => `${' '.repeat(at + 1)}a:`)),
  ),
  text(
    'deep nesting behind it',
    (written) => `${written}\nx-deep: ${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}\n`,
  ),
  text('JSON arrays', () => `{"panels":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}`),
  text('JSON objects', () => `${'{"panels":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`),
  text('JSON, open', () => '{"panels":['.repeat(DEPTH)),
  text(
    'panels in panels',
    () =>
      `{"uid":"a","title":"a","schemaVersion":39,"panels":[${'{"type":"row","panels":['.repeat(3000)}${']}'.repeat(3000)}]}`,
  ),
  text(
    'routes in routes',
    () =>
      `{"receivers":[{"name":"a"}],"route":${'{"receiver":"a","routes":['.repeat(3000)}{"receiver":"a"}${']}'.repeat(3000)}}`,
  ),
  bytes('expressions in brackets', inKeys(EXPRESSIONS, `${'('.repeat(DEPTH)}up${')'.repeat(DEPTH)}`)),
  bytes('expressions with brackets that stay open', inKeys(EXPRESSIONS, '('.repeat(DEPTH))),
  bytes('expressions with many signs', inKeys(EXPRESSIONS, `${'-'.repeat(DEPTH)}up`)),
  bytes('expressions with many operands', inKeys(EXPRESSIONS, `up${' + up'.repeat(DEPTH)}`)),
  bytes('expressions of functions', inKeys(EXPRESSIONS, `${'abs('.repeat(DEPTH)}up${')'.repeat(DEPTH)}`)),
  bytes(
    'expressions with subqueries',
    inKeys(EXPRESSIONS, `${'max_over_time('.repeat(500)}up${'[5m:1m])'.repeat(500)}`),
  ),
  bytes('expressions with many variables', inKeys(EXPRESSIONS, `sum(${'$a + [[b]] ${c:x} '.repeat(2000)})`)),
  bytes('expressions with a long matcher', inKeys(EXPRESSIONS, `up{job=~"${'a|'.repeat(20_000)}b"}`)),
  bytes(
    'expressions with a regex of regexes',
    inKeys(EXPRESSIONS, `up{job=~"${'('.repeat(2000)}a${'){1,9}'.repeat(2000)}"}`),
  ),
  bytes('expressions with a counted regex', inKeys(EXPRESSIONS, 'up{job=~"((a{1,1000}){1,1000}){1,1000}"}')),
  bytes(
    'log queries',
    inKeys(EXPRESSIONS, `sum(rate({job="a"} ${'|= "a" | json | line_format "{{.a}}" '.repeat(2000)}[5m]))`),
  ),
  bytes('templates', inKeys(TEXTS, `${'{{ if true }}'.repeat(DEPTH)}a${'{{ end }}'.repeat(DEPTH)}`)),
  bytes('templates with brackets', inKeys(TEXTS, `{{ ${'('.repeat(DEPTH)}1${')'.repeat(DEPTH)} }}`)),
  bytes('templates that stay open', inKeys(TEXTS, '{{ '.repeat(DEPTH))),
  bytes('templates with pipes', inKeys(TEXTS, `{{ $value ${'| humanize '.repeat(DEPTH)}}}`)),
  bytes('patterns that explode', inKeys(PATTERNS, `${'(a+)+'.repeat(30)}$`)),
  bytes('patterns with brackets', inKeys(PATTERNS, `${'('.repeat(DEPTH)}a${')'.repeat(DEPTH)}`)),
  bytes('patterns that count', inKeys(PATTERNS, '((((a{1,1000}){1,1000}){1,1000}){1,1000})')),
  bytes('patterns that stay open', inKeys(PATTERNS, `${'['.repeat(DEPTH)}`)),
  text('a long line', (written) => `${written}\n# ${'a '.repeat(500_000)}\n`),
  text('many lines', (written) => `${written}${'\n'.repeat(1_000_000)}`),
  text('many lines behind a fault', (written) => `${written.slice(0, -9)}\n: [${'\n'.repeat(1_000_000)}x`),
  text('many braces', (written) => `${written}\n: [${': {{'.repeat(250_000)}`),
  text('many spaces', (written) => `${written}${' '.repeat(1_000_000)}x`),
  text('many quotes', (written) => `${written}\nx: "${'\\"'.repeat(300_000)}`),
  text('many colons', (written) => `${written}\n${'a: '.repeat(50_000)}`),
  text('many dashes', (written) => `${written}\n${'-'.repeat(1_000_000)}`),
  text('many documents', (written) => `${written}\n${'---\na: 1\n'.repeat(10_000)}`),
  text('many anchors', (written) =>
    lines(written, ...Array.from({ length: 5000 }, (_, at) => `k${at}: &a${at} *a${Math.max(0, at - 1)}`)),
  ),
  text('many variables', (written) => `${written}\nx: ${'${A:-'.repeat(DEPTH)}${'}'.repeat(DEPTH)}\n`),
  text('values that are variables in variables', (written) =>
    written.replace(/: [^\n[{&*|>]+$/gm, `: ${'${A:-'.repeat(1000)}a${'}'.repeat(1000)}`),
  ),
  text('values of many words', (written) =>
    written.replace(/: [^\n[{&*|>"']+$/gm, `: ${'a/b:c-d.e '.repeat(3000)}`),
  ),
  text('values of many blanks', (written) =>
    written.replace(/: [^\n[{&*|>"']+$/gm, `: "a${' '.repeat(50_000)}b"`),
  ),
  text('values of many slashes', (written) =>
    written.replace(/: [^\n[{&*|>"']+$/gm, `: "${'../'.repeat(20_000)}"`),
  ),
  text('values of many letters', (written) =>
    written.replace(/: [^\n[{&*|>"']+$/gm, `: "${'a'.repeat(50_000)}!"`),
  ),
  text('values of many digits', (written) =>
    written.replace(/: [^\n[{&*|>"']+$/gm, `: "${'1'.repeat(50_000)}m!"`),
  ),
];
