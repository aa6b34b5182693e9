/** The texts of a stack's files by their paths. */
export type StackTexts = ReadonlyMap<string, string>;

/** Files with their new contents; undefined for one that is gone, and a path that ends in a slash is an empty folder. */
export type Changes = Readonly<Record<string, string | Uint8Array | undefined>>;

/** The files that an edit changes or adds; undefined where it does not fit the stack. */
export type Edit = (texts: StackTexts) => Changes | undefined;

/** One way of breaking a stack: a small edit, and the rule that should say so. */
export interface Mutator {
  readonly name: string;
  readonly edit: Edit;
  /** The rule that should find it; several where more than one word is right for it, by what else the stack has. */
  readonly rules: readonly string[];
}

/** A stack's files, told by what is in them. */
export const FILE_KINDS = {
  compose: (path: string, text: string) => /^docker-compose\.yml$/.test(path) && /^services:/m.test(text),
  prometheus: (path: string, text: string) =>
    /\.yml$/.test(path) && /^rule_files:[\s\S]*^scrape_configs:/m.test(text),
  rules: (path: string, text: string) => /\.yml$/.test(path) && /^groups:[\s\S]*^\s+- alert:/m.test(text),
  recordings: (path: string, text: string) =>
    /\.yml$/.test(path) && /^groups:[\s\S]*^\s+- record:/m.test(text),
  tests: (path: string, text: string) => /\.yml$/.test(path) && /^tests:/m.test(text),
  alertmanager: (path: string, text: string) =>
    /\.yml$/.test(path) && /^receivers:/m.test(text) && /^route:/m.test(text),
  datasources: (path: string, text: string) => /\.yml$/.test(path) && /^datasources:/m.test(text),
  providers: (path: string, text: string) => /\.yml$/.test(path) && /^providers:/m.test(text),
  dashboard: (path: string, text: string) => /\.json$/.test(path) && /"panels":/.test(text),
  jmx: (path: string, text: string) => /\.yml$/.test(path) && /^lowercaseOutputName:/m.test(text),
  loki: (path: string, text: string) => /\.yml$/.test(path) && /^schema_config:/m.test(text),
  promtail: (path: string, text: string) => /\.yml$/.test(path) && /^positions:/m.test(text),
  paths: (path: string, text: string) => path === 'monitoring-check.yml' && /^paths:/m.test(text),
  python: (path: string) => /\.py$/.test(path),
  tempo: (path: string, text: string) => /\.yml$/.test(path) && /^distributor:/m.test(text),
} as const;

export type FileKind = keyof typeof FILE_KINDS;

/** The first file of a kind. */
export function fileOf(texts: StackTexts, kind: FileKind): { path: string; text: string } | undefined {
  for (const [path, text] of texts) if (FILE_KINDS[kind](path, text)) return { path, text };
  return undefined;
}

/** An edit of the first file of a kind that it fits. */
export const inFile =
  (kind: FileKind, edit: (text: string) => string): Edit =>
  (texts) => {
    for (const [path, text] of texts) {
      if (!FILE_KINDS[kind](path, text)) continue;
      const after = edit(text);
      if (after !== text) return { [path]: after };
    }
    return undefined;
  };

/** Edits one after the other, each of what the ones before it have left; all of them must fit. */
export const inTurn =
  (...edits: readonly Edit[]): Edit =>
  (texts) => {
    const now = new Map(texts);
    let all: Changes = {};
    for (const edit of edits) {
      const changes = edit(now);
      if (changes === undefined) return undefined;
      all = { ...all, ...changes };
      for (const [path, content] of Object.entries(changes)) {
        if (typeof content === 'string') now.set(path, content);
        else now.delete(path);
      }
    }
    return all;
  };

/** A mutator that edits several files of a stack, or brings some. */
export const stackMutator = (name: string, edit: Edit, ...rules: readonly string[]): Mutator => ({
  name,
  edit,
  rules,
});

/** A mutator that edits the first file of a kind that its edit fits. */
export const mutator = (
  kind: FileKind,
  name: string,
  edit: (text: string) => string,
  ...rules: readonly string[]
): Mutator => stackMutator(`${kind}: ${name}`, inFile(kind, edit), ...rules);
