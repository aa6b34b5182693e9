// Which code is mutated: all of some folders, or as large a part of it as MUTATION_SAMPLE says (`0.1` for a tenth),
// by whole statements, the same ones each time.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** What Stryker's `mutate` takes. */
export function sampled(folders) {
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /(?<!\.d)\.ts$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  const part = Number(process.env.MUTATION_SAMPLE ?? 1);
  return part >= 1 ? files : files.flatMap((file) => chosenRanges(file, part));
}

function chosenRanges(file, part) {
  return stretches(readFileSync(file, 'utf8'))
    .filter(({ text }) => share(text) < part)
    .map(({ first, last }) => `${file}:${first}-${last}`);
}

/** A number from 0 to 1 that depends on a text alone. */
const share = (text) => createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;

/** The stretches of a formatted file that begin where a line is indented by one step, or not at all. */
function stretches(source) {
  const lines = source.split('\n');
  const starts = lines.flatMap((line, index) => (/^ {0,2}[\w"'.[({<]/.test(line) ? [index] : []));
  return starts.map((start, order) => {
    const end = starts[order + 1] ?? lines.length;
    return { first: start + 1, last: end, text: lines.slice(start, end).join('\n') };
  });
}
