import { onceOf } from '../once.ts';
import type { Document, Path } from '../repo/document.ts';
import type { File, Files } from '../repo/files.ts';
import { isFields } from '../repo/node.ts';
import { type SchemaFault, schemaFaults } from '../schema/faults.lazy.ts';
import { schemaOf } from '../schema/schema-of.ts';
import { isUnknown } from './compose/interpolate.ts';

/** What in a file, as it is written, its schema does not take; nothing for one that is broken or has no schema. */
export const faultsOf: (file: File) => readonly SchemaFault[] = onceOf((file) => {
  const schema = file.isBroken ? undefined : schemaOf(asWritten(file));
  return schema === undefined ? [] : schemaFaults(schema.name, schema.node, isUnknown);
});

/** A file without what was made of its mistyped keys. */
export const asWritten = (file: File): File => writtenOf.get(file) ?? file;

const writtenOf = new WeakMap<File, File>();

/**
 * The files with each mistyped key read as the one that it can only mean: the schema's fault is one finding,
 * and what the key holds is judged as it was meant. Its places are where it is written.
 */
export function asMeant(files: Files): Files {
  const read = onceOf((file: File): File => {
    const doc = documentOf(file.node.doc);
    if (doc === file.node.doc) return file;
    const { index, path } = file.node;
    const meant: File = { ...file, node: { doc, index, path, value: valueAt(doc.values[index], path) } };
    writtenOf.set(meant, file);
    return meant;
  });
  const documentOf = onceOf((doc: Document): Document => {
    const slips = files
      .at(doc.source.path)
      .filter(({ node }) => node.doc === doc)
      .flatMap(slipsIn);
    return slips.length === 0 ? doc : withSlips(doc, slips);
  });
  const readAll = onceOf((found: readonly File[]): readonly File[] => found.map(read));
  return {
    ...files,
    all: files.all.map(read),
    of: (kind) => readAll(files.of(kind)),
    at: (path) => readAll(files.at(path)),
    document(path) {
      const document = files.document(path);
      return document && documentOf(document);
    },
  };
}

/** A mistyped key: the way to it as it is written, and what it means. */
interface Slip {
  readonly index: number;
  readonly path: Path;
  readonly meant: string;
}

function slipsIn(file: File): Slip[] {
  const faults = faultsOf(file).filter(({ meant, path }) => meant !== undefined && !path.some(isListOfSteps));
  const root = faults.length === 0 ? undefined : schemaOf(file)?.node;
  if (root === undefined) return [];
  return faults.map(({ path, meant }) => ({
    index: root.index,
    path: [...root.path, ...path],
    meant: meant as string,
  }));
}

/** The keys of its items are no fields but say what each step is, which a rule of its own tells of. */
const isListOfSteps = (key: string | number): boolean => key === 'pipeline_stages';

function withSlips(doc: Document, slips: readonly Slip[]): Document {
  const values = [...doc.values];
  for (const { index, path, meant } of slips) values[index] = renamed(values[index], path, meant);
  const written = (index: number, path: Path): Path => {
    let way = path;
    for (const slip of slips) {
      const last = slip.path.length - 1;
      if (slip.index === index && way[last] === slip.meant && isBelow(way, slip.path.slice(0, last)))
        way = [...slip.path, ...way.slice(last + 1)];
    }
    return way;
  };
  return {
    ...doc,
    values,
    span: (index, path, part) => doc.span(index, written(index, path), part),
    stringOffsets: (index, path) => doc.stringOffsets(index, written(index, path)),
    tag: (index, path) => doc.tag(index, written(index, path)),
  };
}

const isBelow = (path: Path, parent: Path): boolean => parent.every((part, at) => path[at] === part);

/** A value with one key of another name, in its place among the others. */
function renamed(value: unknown, [key, ...rest]: Path, name: string): unknown {
  if (Array.isArray(value))
    return value.map((item, at) => (at === key ? renamed(item, rest, name) : item) as unknown);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([other, item]): [string, unknown] => {
      if (other !== key) return [other, item];
      return rest.length === 0 ? [name, item] : [other, renamed(item, rest, name)];
    }),
  );
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[key];
  return value;
}
