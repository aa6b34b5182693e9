import { keyOf, type Place } from '../../repo/node.ts';
import { isReadable } from '../../repo/repository.ts';
import type { SourceText } from '../../repo/text.ts';
import type { Container } from '../../stack/container.ts';
import type { System } from '../../stack/system.ts';

/** Words of lines that tell what went wrong. */
const TELLING =
  /error|fail|fatal|panic|cannot|can't|unable|no such|not found|invalid|denied|missing|is a directory|exception|mount/i;

/** What a failing container's log, or Docker, says, and the file or mount that it says it of. */
export interface Told {
  readonly line: string;
  /** Undefined where no file of the repository is named. */
  readonly at: Place | undefined;
}

/**
 * The line of a log that tells most of what went wrong: one that names a mount of something that is not
 * there, else a file of the repository, with the line in it where it is told; else the last one that
 * speaks of a fault. Undefined for a log that says nothing.
 */
export function toldBy(log: string, container: Container, system: System): Told | undefined {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.filter((line) => TELLING.test(line)).reverse();
  let best: { told: Told; rank: number } | undefined;
  for (const line of telling) {
    for (const found of placesIn(line, container, system)) {
      if (best === undefined || found.rank > best.rank)
        best = { told: { line, at: found.at }, rank: found.rank };
    }
  }
  if (best !== undefined) return best.told;
  const line = telling[0] ?? lines.at(-1);
  return line === undefined ? undefined : { line, at: undefined };
}

function placesIn(line: string, container: Container, system: System): { at: Place; rank: number }[] {
  return [...line.matchAll(/(?<![\w.-])\/(?:[\w.@+-]+\/)*[\w.@+-]*\w/g)].flatMap((match) => {
    const standing = container.at(match[0]);
    if (standing.state === 'missing') return [{ at: standing.via, rank: 4 }];
    // A folder with the name of a file is one that Docker made of what was not there.
    if (standing.state === 'folder') return [{ at: standing.via, rank: /\.\w+$/.test(match[0]) ? 4 : 1 }];
    if (standing.state !== 'file') return [];
    const source = system.files.repo.text(standing.path);
    if (!isReadable(source)) return [{ at: standing.via, rank: 2 }];
    const number = lineNumber(line.slice(match.index + match[0].length));
    return number === undefined ? [{ at: standing.via, rank: 2 }] : [{ at: lineOf(source, number), rank: 3 }];
  });
}

/** The line's number that stands behind a path: `:5:`, `line 5`. */
function lineNumber(after: string): number | undefined {
  const match = /^"?:\s?(\d+)(?::|\b)/.exec(after) ?? /\bline (\d+)/.exec(after);
  return match === null ? undefined : Number(match[1]);
}

/** A whole line of a file, without what it is indented by. */
export function lineOf(source: SourceText, line: number): Place {
  const lines = source.text.split('\n');
  const index = Math.max(0, Math.min(line, lines.length) - 1);
  const before = lines.slice(0, index).reduce((length, text) => length + text.length + 1, 0);
  const text = (lines[index] ?? '').trimEnd();
  const indent = text.length - text.trimStart().length;
  return { source, span: { start: before + indent, end: before + Math.max(text.length, indent + 1) } };
}

/** Where a service is defined. */
export const placeOfService = ({ service }: Container): Place => keyOf(service.node);

/**
 * A line of a log as a part of a sentence: what it says of the error, where it is written as `err="…"`,
 * without its time, and no longer than two or three lines of the screen.
 */
export function shortened(line: string): string {
  const error = /\b(?:err|error)="((?:[^"\\]|\\.)+)"/.exec(line)?.[1];
  const plain = (error?.replace(/\\n/g, ' ').replace(/\\(.)/g, '$1') ?? line)
    .replace(TIME, '')
    .replace(/\s+/g, ' ')
    .replace(/[.\s]+$/, '')
    .trim();
  return plain.length <= LONGEST ? plain : `${plain.slice(0, LONGEST - 1)}…`;
}

/** How programs write the time before a line. */
const TIME = /^(?:time="?\S+"?|ts=\S+|\[?\d{4}[-/]\d{2}[-/]\d{2}[T ][\d:.,]+(?:Z|[+-]\d{2}:?\d{2})?\]?)\s*/;
const LONGEST = 300;
