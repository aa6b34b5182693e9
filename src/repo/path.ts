/**
 * Paths of files in the repository: relative to its root, with `/`, without `.` and `..`.
 * The root is the empty path. Container paths are absolute and use the same functions.
 */

/** The folder of a path: empty for one in the root. */
export function dirname(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash < 0) return '';
  return slash === 0 ? '/' : path.slice(0, slash);
}

/** The last part of a path. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * `path` as seen from the folder `base`, with `.` and `..` worked out. An absolute `path` stands as it
 * is. Undefined when a relative result would leave the root.
 */
export function resolvePath(base: string, path: string): string | undefined {
  const absolute = path.startsWith('/') || (path !== '' && base.startsWith('/'));
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined && !absolute) return undefined;
  }
  return (absolute ? '/' : '') + parts.join('/');
}

/** What remains of `path` below the folder `base`; undefined when it is not below it. `''` when they are one. */
export function below(base: string, path: string): string | undefined {
  if (path === base) return '';
  const prefix = base === '' || base.endsWith('/') ? base : `${base}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

/** `path` as a file in the folder `base` would write it, beginning with `./` or `../`. */
export function relativePath(base: string, path: string): string {
  let folder = base;
  let up = '';
  for (;;) {
    const inner = below(folder, path);
    if (inner !== undefined) return `${up === '' ? './' : up}${inner}`;
    folder = dirname(folder);
    up += '../';
  }
}

/** Whether a path lies among the data of a program's own tests: what stands there is often wrong on purpose. */
export const isTestData = (path: string): boolean =>
  /(?:^|\/)(?:test[-_]?data|test[-_]?fixtures?|fixtures?|__\w+__|mocks?|golden)\//i.test(path);
