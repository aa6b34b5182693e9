import type { Files } from '../repo/files.ts';
import { isReadable } from '../repo/repository.ts';

/** Texts that describe a system but run nothing. */
const PROSE = /\.(?:md|mdx|rst|txt|adoc|html?|svg|lock|sum)$|(?:^|\/)(?:LICENSE|CHANGELOG|NOTICE)[^/]*$/i;

/** The first file that mentions something, prose and the given files aside; undefined when none does. */
export function mentionOf(
  files: Files,
  pattern: RegExp,
  isLeftOut: (path: string) => boolean = () => false,
): string | undefined {
  return files.repo.paths.find((path) => {
    if (PROSE.test(path) || isLeftOut(path)) return false;
    const source = files.repo.text(path);
    return isReadable(source) && pattern.test(source.text);
  });
}
