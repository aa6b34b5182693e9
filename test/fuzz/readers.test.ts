import { expect, test } from 'vitest';
import { drive, READERS } from './drive.ts';
import { exampleFiles, samplesBelow } from './samples.ts';

/** How often each reader reads, and what: the same at each change. `readers.ts` does it a million times. */
const EXECUTIONS = 250;
const SEED = 20_260_101;

const samples = [...samplesBelow(['fixtures'], 8000), ...exampleFiles()];

test.each(READERS.map((reader) => [reader.name, reader] as const))(
  '%s: whatever is cut, mixed and damaged is read without a crash, in time, and every place lies in it',
  (_name, reader) => {
    const { samples: count, executions, failures } = drive(reader, samples, EXECUTIONS, SEED);
    expect(count).toBeGreaterThan(0);
    expect(executions).toBe(EXECUTIONS);
    expect(failures.map(({ input, error }) => [Buffer.from(input).toString(), error])).toEqual([]);
  },
);
