import { patternFrom } from '../../pattern.ts';
import type { Files } from '../../repo/files.ts';
import type { Place } from '../../repo/node.ts';
import { basename, below, dirname } from '../../repo/path.ts';
import { isReadable } from '../../repo/repository.ts';
import type { SourceText } from '../../repo/text.ts';
import { bracketed } from './definition.ts';

/** Where a program begins to serve metrics over HTTP. */
export interface MetricsServer {
  readonly place: Place;
  /** The port of a server that serves nothing else; undefined where it is the application's own, or not told. */
  readonly port: number | undefined;
}

/** Calls by which a program begins to serve metrics over HTTP, by the files of its language. */
const SERVERS: readonly [RegExp, RegExp][] = [
  [
    /\.py$/,
    /\b(start_(?:http|wsgi)_server)\(|\bmake_(?:asgi|wsgi)_app\(|\bgenerate_latest\(|\.expose\(app\b|\bPrometheusMetrics\(/,
  ],
  [/\.go$/, /\bpromhttp\.Handler(?:For)?\(/],
  [/\.[cm]?[jt]sx?$/, /\b(?:register|registry)\.metrics\(\)|\bpromBundle\(/],
  [/\.rs$/, /\bPrometheusBuilder::new\(|\bTextEncoder::new\(/],
];

const TESTS =
  /(?:^|\/)(?:tests?|__tests__|testdata|examples?|vendor|node_modules|docs?)\/|(?:_test\.go|\.test\.|\.spec\.|(?:^|\/)test_)/;

type Words = readonly { readonly text: string }[];
type Variables = ReadonlyMap<string, { readonly text: string }>;

/**
 * Where the program that is built of a folder begins to serve metrics; undefined where its code shows no
 * such call. Of a folder that several services are built of, only what its own start leads to counts.
 */
export function metricsServer(
  context: string,
  args: Words,
  env: Variables,
  isShared: boolean,
  files: Files,
): MetricsServer | undefined {
  const paths = files.repo.paths.filter((path) => below(context, path) !== undefined && !TESTS.test(path));
  const entries = entriesOf(args, paths);
  if (entries.length === 0 && (isShared || context === '')) return undefined;
  for (const path of entries.length > 0 ? withImports(entries, paths, files) : paths) {
    const call = SERVERS.find(([extension]) => extension.test(path))?.[1];
    const source = call && textOf(path, files);
    const match = source && call?.exec(source.text);
    if (!source || !match) continue;
    const span = { start: match.index, end: match.index + match[0].length };
    return {
      place: { source, span },
      port: match[1] === undefined ? undefined : portOf(source.text, span.end - 1, env),
    };
  }
  return undefined;
}

function textOf(path: string, files: Files): SourceText | undefined {
  const source = files.repo.text(path);
  return isReadable(source) ? source : undefined;
}

/** The files that a command names: `main.py`, `app:app`, `-m package.module`. */
function entriesOf(args: Words, paths: readonly string[]): string[] {
  const names = args.flatMap(({ text }, index) => {
    if (/^[\w./-]+\.(?:py|[cm]?js|ts)$/.test(text)) return [text];
    if (/^[A-Za-z_][\w.]*:\w+$/.test(text))
      return [`${(text.split(':')[0] as string).replaceAll('.', '/')}.py`];
    return args[index - 1]?.text === '-m' ? [`${text.replaceAll('.', '/')}.py`] : [];
  });
  return names.flatMap((name) => {
    const plain = name.replace(/^\.?\//, '');
    return paths
      .filter((path) => path === plain || path.endsWith(`/${plain}`) || basename(path) === basename(plain))
      .slice(0, 1);
  });
}

/** Files, and those beside them that they import. */
function withImports(entries: readonly string[], paths: readonly string[], files: Files): string[] {
  const found = new Set(entries);
  for (const path of found) {
    const text = textOf(path, files)?.text ?? '';
    for (const [, from, plain] of text.matchAll(
      /^[ \t]*(?:from\s+\.?([\w.]+)\s+import|import\s+([\w.]+))/gm,
    )) {
      const name = `${(from ?? plain ?? '').replaceAll('.', '/')}.py`;
      const own = paths.find((other) => other === [dirname(path), name].filter(Boolean).join('/'));
      if (own !== undefined) found.add(own);
    }
  }
  return [...found];
}

/** The port that is the first argument of a call: a number, a variable with a default, or a constant that is one of these. */
function portOf(text: string, open: number, env: Variables): number | undefined {
  const call = bracketed(text, open);
  const argument =
    /^\(\s*(?:port\s*=\s*)?([\s\S]*?)\s*(?:,\s*(?:addr|registry|certfile|keyfile)\b[\s\S]*)?,?\s*\)$/.exec(
      call,
    )?.[1];
  if (argument === undefined) return undefined;
  const constant = /^[A-Za-z_]\w*$/.test(argument)
    ? patternFrom(`^${argument}\\s*(?::\\s*int\\s*)?=\\s*(.+)$`, 'm').exec(text)?.[1]
    : argument;
  return constant === undefined ? undefined : numberOf(constant, env);
}

function numberOf(text: string, env: Variables): number | undefined {
  if (/^\d+$/.test(text.trim())) return Number(text);
  const read =
    /^(?:int\()?\s*os\.(?:environ\.get|getenv)\(\s*["'](\w+)["']\s*(?:,\s*["']?(\d+)["']?\s*)?\)\s*\)?\s*(?:#.*)?$/.exec(
      text.trim(),
    );
  if (read === null) return undefined;
  const value = env.get(read[1] as string)?.text ?? read[2];
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
