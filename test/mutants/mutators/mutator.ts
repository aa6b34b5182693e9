/** The texts of a stack's files by their paths. */
export type StackTexts = ReadonlyMap<string, string>;

/** One way of breaking a stack: a small edit, and the rule that should say so. */
export interface Mutator {
  readonly name: string;
  /** The files that are changed or added, with their new texts; undefined where the fault does not fit the stack. */
  readonly edit: (texts: StackTexts) => Record<string, string> | undefined;
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

/** An edit of one text; what it does not fit, it leaves as it is. */
export type Edit = (text: string) => string;

/** A mutator that edits the first file of a kind that its edit fits. */
export const mutator = (kind: FileKind, name: string, edit: Edit, ...rules: readonly string[]): Mutator => ({
  name: `${kind}: ${name}`,
  edit: (texts) => firstEdited(texts, kind, edit),
  rules,
});

/** A mutator that edits a file of each of several kinds, for a mistake that is none of one file alone. */
export const mutatorOfSeveral = (
  name: string,
  edits: { readonly [kind in FileKind]?: Edit },
  ...rules: readonly string[]
): Mutator => ({
  name: `${Object.keys(edits).join(' and ')}: ${name}`,
  edit(texts) {
    const edited = Object.entries(edits).map(([kind, edit]) => firstEdited(texts, kind as FileKind, edit));
    return edited.includes(undefined) ? undefined : Object.assign({}, ...edited);
  },
  rules,
});

function firstEdited(texts: StackTexts, kind: FileKind, edit: Edit): Record<string, string> | undefined {
  for (const [path, text] of texts) {
    if (!FILE_KINDS[kind](path, text)) continue;
    const after = edit(text);
    if (after !== text) return { [path]: after };
  }
  return undefined;
}
