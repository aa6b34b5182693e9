import { BROKEN, type Damage } from '../support/damage.ts';
import type { Random } from '../support/random.ts';

/** The beginning of one, the end of another, and sometimes the middle of a third, cut at lines or anywhere. */
export function mixed(random: Random, contents: readonly Uint8Array[]): Uint8Array {
  const cut = (content: Uint8Array): number => {
    const at = random.below(content.length + 1);
    return random.below(3) === 0 ? at : Math.max(0, content.lastIndexOf(10, at) + 1);
  };
  const one = random.pick(contents);
  const two = random.pick(contents);
  const three = random.pick(contents);
  const from = cut(three);
  const middle = random.below(2) === 0 ? three.slice(from, from + random.below(2000)) : new Uint8Array();
  return Buffer.concat([one.slice(0, cut(one)), middle, two.slice(cut(two))]);
}

/** A file out of real ones: as it is or mixed, and then as it is or broken in one of the usual ways. */
export function damagedFile(
  random: Random,
  contents: readonly Uint8Array[],
  damages: readonly Damage[] = BROKEN,
): { readonly content: Uint8Array; readonly what: string } {
  const content = random.below(3) === 0 ? random.pick(contents) : mixed(random, contents);
  if (random.below(2) === 0) return { content, what: 'mixed' };
  const damage = random.pick(damages);
  return { content: damage.apply(content, random), what: damage.name };
}

/** What means something in one of the languages that are read, or breaks who does not expect it. */
const SIGNS = [
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '`',
    '\\',
    '/',
    '|',
    '&',
    '$',
    '#',
    '%',
    '@',
    '!',
    '?',
    '*',
    '+',
    '-',
  ],
  ...[
    '=',
    '=~',
    '!=',
    '!~',
    '==',
    '>=',
    '<',
    '>',
    ',',
    ';',
    ':',
    '.',
    '..',
    '^',
    '~',
    '_',
    ' ',
    '\n',
    '\r\n',
    '\t',
    '\0',
  ],
  ...[
    '{{',
    '}}',
    '{{-',
    '-}}',
    '${',
    '$$',
    '${A:-',
    '[[',
    ']]',
    '(?',
    '(?i)',
    '\\Q',
    '\\E',
    '\\d',
    '{1,2}',
    '/*',
    '*/',
  ],
  ...[
    '0',
    '1',
    '-1',
    '5m',
    '1e999',
    '0x',
    'NaN',
    'Inf',
    '99999999999999999999',
    'true',
    'null',
    '__proto__',
    'constructor',
  ],
  ...['é', '😀', '\ud800', '\u202e', '\u2028', '\ufeff', '\u0000'],
];

/** The longest text that is made, in UTF-16 units. */
const LONGEST = 4096;

/** A text out of real ones: stretches of some of them put together, and then changed in a few places. */
export function damagedText(random: Random, texts: readonly string[]): string {
  const start = random.pick(texts);
  let text = start;
  for (let changes = random.below(5); changes > 0; changes--) {
    const at = random.below(text.length + 1);
    const end = Math.min(text.length, at + random.below(random.below(4) === 0 ? 40 : 6));
    const other = random.pick(texts);
    const from = random.below(other.length + 1);
    switch (random.below(8)) {
      case 0:
        text = text.slice(0, at) + text.slice(end);
        break;
      case 1:
      case 2:
        text = text.slice(0, at) + random.pick(SIGNS) + text.slice(at);
        break;
      case 3:
        text = text.slice(0, at) + random.pick(SIGNS) + text.slice(end);
        break;
      case 4:
        text = text.slice(0, at) + other.slice(from, from + random.below(30)) + text.slice(at);
        break;
      case 5:
        text = text.slice(0, at) + other.slice(from);
        break;
      case 6:
        text = text.slice(0, end) + text.slice(at, end).repeat(1 + random.below(4)) + text.slice(end);
        break;
      default:
        // Much of one thing: what a reader must not take its square of time for.
        if (random.below(20) === 0)
          text = text.slice(0, at) + random.pick(SIGNS).repeat(random.below(1000)) + text.slice(at);
    }
  }
  return text.slice(0, LONGEST);
}
