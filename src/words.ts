import { distance } from 'fastest-levenshtein';

/** The candidate that a mistyped word most likely means; undefined when none is close. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  const words = wordsIn(word);
  const turned = words.includes(' ')
    ? all.find((candidate) => candidate !== word && wordsIn(candidate) === words)
    : undefined;
  if (turned !== undefined) return turned;
  let best: string | undefined;
  let least = Math.max(1, Math.ceil(word.length / 3)) + 1;
  for (const candidate of all) {
    const steps = distance(word.toLowerCase(), candidate.toLowerCase());
    if (steps < least) {
      least = steps;
      best = candidate;
    }
  }
  return best;
}

/** More slips than these make another word. */
const MOST_SLIPS = 2;

/** The candidate of which a word is a slip, where it is one of no other; closer than what is only suggested. */
export function onlyNear(word: string, candidates: readonly string[]): string | undefined {
  const near = candidates
    .map((candidate) => ({ candidate, steps: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ steps }) => steps <= Math.min(MOST_SLIPS, Math.ceil(word.length / 3)))
    .sort((a, b) => a.steps - b.steps);
  const [first, second] = near;
  return first !== undefined && first.steps !== second?.steps ? first.candidate : undefined;
}

/** The words of a name, whatever their order is: `InstanceErrorRate` and `ErrorRateInstance` have the same. */
const wordsIn = (name: string): string =>
  (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [])
    .map((part) => part.toLowerCase())
    .sort()
    .join(' ');

/** A list as a sentence has it: `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], conjunction = 'and'): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}

/** A list of at most four words: `a, b, c and 5 others`. */
export const shortList = (words: readonly string[]): string =>
  listed(words.length > 4 ? [...words.slice(0, 3), `${words.length - 3} others`] : words);

/** A number of things: `1 alert`, `3 alerts`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;
