import type { Files } from '../../repo/files.ts';
import type { Place } from '../../repo/node.ts';
import { basename, below, dirname } from '../../repo/path.ts';
import { isReadable } from '../../repo/repository.ts';
import type { SourceText } from '../../repo/text.ts';
import type { Container } from '../container.ts';

/** Calls by which a program begins to serve metrics over HTTP, by the files of its language. */
const SERVERS: readonly [RegExp, RegExp][] = [
  [
    /\.py$/,
    /\bstart_(?:http|wsgi)_server\(|\bmake_(?:asgi|wsgi)_app\(|\bgenerate_latest\(|\.expose\(app\b|\bPrometheusMetrics\(/,
  ],
  [/\.go$/, /\bpromhttp\.Handler(?:For)?\(/],
  [/\.[cm]?[jt]sx?$/, /\b(?:register|registry)\.metrics\(\)|\bpromBundle\(/],
  [/\.rs$/, /\bPrometheusBuilder::new\(|\bTextEncoder::new\(/],
];

const TESTS =
  /(?:^|\/)(?:tests?|__tests__|testdata|examples?|vendor|node_modules|docs?)\/|(?:_test\.go|\.test\.|\.spec\.|(?:^|\/)test_)/;

/**
 * Where the program of a container begins to serve metrics; undefined where its code shows no such call.
 * Of a folder that several services are built of, only what a service's own start leads to counts.
 */
export function metricsServer(container: Container, isShared: boolean, files: Files): Place | undefined {
  const context = container.service.build?.context;
  if (context === undefined) return undefined;
  const paths = files.repo.paths.filter((path) => below(context, path) !== undefined && !TESTS.test(path));
  const entries = entriesOf(container, paths);
  if (entries.length === 0 && (isShared || context === '')) return undefined;
  for (const path of entries.length > 0 ? withImports(entries, paths, files) : paths) {
    const call = SERVERS.find(([extension]) => extension.test(path))?.[1];
    const source = call && textOf(path, files);
    const match = source && call?.exec(source.text);
    if (source && match) return { source, span: { start: match.index, end: match.index + match[0].length } };
  }
  return undefined;
}

function textOf(path: string, files: Files): SourceText | undefined {
  const source = files.repo.text(path);
  return isReadable(source) ? source : undefined;
}

/** The files that a container's command names: `main.py`, `app:app`, `-m package.module`. */
function entriesOf({ args }: Container, paths: readonly string[]): string[] {
  const names = args.flatMap(({ text }, index) => {
    if (/^[\w./-]+\.(?:py|[cm]?js|ts)$/.test(text)) return [text];
    if (/^[\w.]+:\w+$/.test(text)) return [`${(text.split(':')[0] as string).replaceAll('.', '/')}.py`];
    return args[index - 1]?.text === '-m' ? [`${text.replaceAll('.', '/')}.py`] : [];
  });
  return names.flatMap((name) => {
    const plain = name.replace(/^\.?\//, '');
    return paths
      .filter((path) => path === plain || path.endsWith(`/${plain}`) || basename(path) === plain)
      .slice(0, 1);
  });
}

/** Files, and those beside them that they import. */
function withImports(entries: readonly string[], paths: readonly string[], files: Files): string[] {
  const found = new Set(entries);
  for (const path of found) {
    const text = textOf(path, files)?.text ?? '';
    for (const [, module] of text.matchAll(/^\s*(?:from\s+\.?([\w.]+)\s+import|import\s+([\w.]+))/gm)) {
      if (module === undefined) continue;
      const name = `${module.replaceAll('.', '/')}.py`;
      const own = paths.find((other) => other === [dirname(path), name].filter(Boolean).join('/'));
      if (own !== undefined) found.add(own);
    }
  }
  return [...found];
}
