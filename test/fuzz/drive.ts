import { runInThisContext } from 'node:vm';
import { randomOf } from '../support/random.ts';
import { FILE_READERS } from './file-readers.ts';
import { damagedFile, damagedText } from './mix.ts';
import type { Reader } from './reader.ts';
import { type Sample, textsIn } from './samples.ts';
import { TEXT_READERS } from './text-readers.ts';

export const READERS: readonly Reader[] = [...FILE_READERS, ...TEXT_READERS];

/** What a reader did not take well. */
export interface Failure {
  readonly reader: string;
  readonly input: Uint8Array;
  readonly path: string;
  readonly error: unknown;
}

export interface Driven {
  readonly reader: string;
  /** Real files or texts that the inputs were made of. */
  readonly samples: number;
  readonly executions: number;
  readonly failures: readonly Failure[];
  /** The longest execution, in milliseconds of the processor's time, and what it read. */
  readonly slowest: number;
  readonly slowestInput: Uint8Array;
}

/** Nothing of a few kilobytes may take longer, in milliseconds of the processor's time. */
const LONGEST = 2000;
/** A reader that is not done with a batch by then hangs, in milliseconds; machines are busy with other things as well. */
const HANGS = 600_000;
/** Starting the watch over an execution takes as long as some executions: it looks over many. */
const BATCH = 200;

type Input = { readonly bytes: Uint8Array; readonly text: string; readonly path: string };

/** Makes inputs out of real files for a reader and has it read them, so many times, the same ones for a seed. */
export function drive(reader: Reader, samples: readonly Sample[], executions: number, seed: number): Driven {
  const random = randomOf(seed);
  const next = inputsOf(reader, samples, random);
  const failures: Failure[] = [];
  let input: Input = { bytes: new Uint8Array(), text: '', path: '' };
  let slowest = 0;
  let slowestInput = input;
  let done = 0;
  const read = (): number => {
    const start = process.cpuUsage();
    if ('file' in reader) reader.file(input.bytes, input.path);
    else reader.text(input.text);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  const fail = (error: unknown): void => {
    const bytes = 'file' in reader ? input.bytes : Buffer.from(input.text);
    failures.push({ reader: reader.name, input: bytes, path: input.path, error });
  };
  Object.assign(globalThis, {
    runBatch() {
      for (const end = Math.min(done + BATCH, executions); done < end; ) {
        input = next.make();
        done++;
        try {
          const time = read();
          if (time > LONGEST) fail(new Error(`it took ${time.toFixed(0)} ms`));
          if (time > slowest) [slowest, slowestInput] = [time, input];
        } catch (error) {
          fail(error);
        }
      }
    },
  });
  while (done < executions && next.count > 0) {
    try {
      runInThisContext('runBatch()', { timeout: HANGS });
    } catch (error) {
      fail(error);
    }
  }
  return {
    reader: reader.name,
    samples: next.count,
    executions: done,
    failures,
    slowest,
    slowestInput: 'file' in reader ? slowestInput.bytes : Buffer.from(slowestInput.text),
  };
}

function inputsOf(
  reader: Reader,
  samples: readonly Sample[],
  random: ReturnType<typeof randomOf>,
): { readonly count: number; make(): Input } {
  if ('file' in reader) {
    const more = (reader.more ?? []).map((text) => ({ path: 'written-here', content: Buffer.from(text) }));
    const alike = [...samples.filter(({ path }) => reader.isFile(path)), ...more];
    const contents = alike.map(({ content }) => content);
    return {
      count: alike.length,
      make: () => ({
        bytes: damagedFile(random, contents).content,
        text: '',
        path: random.pick(alike).path,
      }),
    };
  }
  const texts = [
    ...new Set([
      ...textsIn(samples)
        .filter(({ keys, text }) => reader.isText(text, keys[0] ?? ''))
        .map(({ text }) => text),
      ...(reader.more ?? []),
    ]),
  ];
  return {
    count: texts.length,
    make: () => ({ bytes: new Uint8Array(), text: damagedText(random, texts), path: '' }),
  };
}
