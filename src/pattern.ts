/** Longer than any name or path, in UTF-16 units; the engine ends the whole process on a pattern that is far longer. */
const LONGEST = 8192;

/** Matches nothing at all. */
const NOTHING = /(?!)/;

/**
 * A pattern that is put together with a name of the repository's. A name that is too long to be one, or that
 * makes no pattern since it is none that a program would use, is found nowhere.
 */
export function patternFrom(source: string, flags = ''): RegExp {
  if (source.length > LONGEST) return new RegExp(NOTHING, flags);
  try {
    return new RegExp(source, flags);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new RegExp(NOTHING, flags);
  }
}

/** A text as a part of a pattern that matches just it. */
export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
