import { append } from '../multimap.ts';
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
  const root = schemaOf(file)?.node;
  if (root === undefined) return [];
  const slips = new Map<string, Slip[]>();
  for (const { meant, path } of faultsOf(file)) {
    if (meant === undefined || path.some(isListOfSteps)) continue;
    const slip = { index: root.index, path: [...root.path, ...path], meant };
    append(slips, JSON.stringify([...slip.path.slice(0, -1), meant]), slip);
  }
  // Of two that would mean the same, neither does for certain.
  return [...slips.values()].flatMap((same) => (same.length === 1 ? same : []));
}

/** The keys of its items are no fields but say what each step is, which a rule of its own tells of. */
const isListOfSteps = (key: string | number): boolean => key === 'pipeline_stages';

/** Where keys of a document are mistyped: those of one map, by what they mean, and the ways to others below it. */
interface Slips {
  readonly written: Map<string | number, string | number>;
  readonly below: Map<string | number, Slips>;
}

const noSlips = (): Slips => ({ written: new Map(), below: new Map() });

function withSlips(doc: Document, slips: readonly Slip[]): Document {
  const byDocument = doc.values.map(noSlips);
  for (const { index, path, meant } of slips) {
    let here = byDocument[index] as Slips;
    for (const part of path.slice(0, -1)) {
      const next = here.below.get(part) ?? noSlips();
      here.below.set(part, next);
      here = next;
    }
    here.written.set(meant, path.at(-1) as string);
  }
  const written = (index: number, path: Path): Path => {
    let here = byDocument[index];
    return path.map((part) => {
      const key = here?.written.get(part) ?? part;
      here = here?.below.get(key);
      return key;
    });
  };
  return {
    ...doc,
    values: doc.values.map((value, index) => renamed(value, byDocument[index])),
    span: (index, path, part) => doc.span(index, written(index, path), part),
    stringOffsets: (index, path) => doc.stringOffsets(index, written(index, path)),
    tag: (index, path) => doc.tag(index, written(index, path)),
  };
}

/** A value with its mistyped keys under the names that they mean, in their places among the others. */
function renamed(value: unknown, slips: Slips | undefined): unknown {
  if (slips === undefined) return value;
  if (Array.isArray(value)) return value.map((item, at) => renamed(item, slips.below.get(at)));
  if (!isFields(value)) return value;
  const meant = new Map([...slips.written].map(([name, key]) => [key, String(name)]));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [meant.get(key) ?? key, renamed(item, slips.below.get(key))]),
  );
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[key];
  return value;
}
