import type { SourceText, Span } from '../../src/repo/text.ts';

/** A reader of files, on its own: what it gives for one is held to be sound, or an error is thrown. */
export interface FileReader {
  /** What it reads, in a few words. */
  readonly name: string;
  /** Whether a real file is one that it reads. */
  readonly isFile: (path: string) => boolean;
  /** What its files are made of, where few real ones are at hand. */
  readonly more?: readonly (string | Uint8Array)[];
  readonly file: (content: Uint8Array, path: string) => void;
}

/** The same for texts that stand in files. */
export interface TextReader {
  readonly name: string;
  /** Whether a text that stands under a key is one that it reads. */
  readonly isText: (text: string, key: string) => boolean;
  readonly more?: readonly string[];
  readonly text: (text: string) => void;
}

export type Reader = FileReader | TextReader;

/** A stretch lies in a text. What is missing at the end is pointed at where it would stand. */
export function inside({ start, end }: Span, text: string, what: string): void {
  if (!(start >= 0 && end >= start && end <= text.length + 1 && start <= text.length))
    throw new Error(`${what} from ${start} to ${end} of ${text.length}`);
}

/** A stretch of a file that an editor could go to. */
export function located(source: SourceText, span: Span, what: string): void {
  inside(span, source.text, what);
  for (const offset of [span.start, span.end]) {
    const { line, column } = source.position(offset);
    if (!(line >= 1 && column >= 1 && source.line(line) !== undefined))
      throw new Error(`${what} at ${line}:${column}`);
  }
}
