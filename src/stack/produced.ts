import type { Files } from '../repo/files.ts';
import type { Place } from '../repo/node.ts';
import { basename } from '../repo/path.ts';
import { isReadable } from '../repo/repository.ts';

/** Files in which steps are written down that make other files. */
const WITH_STEPS =
  /(?:^|\/)(?:[Mm]akefile|GNUmakefile|[Jj]ustfile|Taskfile\.ya?ml|Dockerfile[^/]*|[^/]*\.(?:sh|bash|mk|py|ps1|gradle|kts)|pom\.xml|package\.json|\.github\/workflows\/[^/]*\.ya?ml|\.gitlab-ci\.yml)$/;

/** Words of steps that make a file, or bring it from elsewhere. */
const MAKES =
  /\b(?:curl|wget|http|download|fetch|cp|mv|tee|touch|openssl|keytool|generate|gen|build|mvn|gradle|envsubst|sed|install|output|outputDirectory|urlretrieve|git lfs pull)\b|>{1,2}\s*["$\w./-]/i;

/** The step of the repository that makes a file which is not in it; undefined when none is found. */
export function producedBy(
  files: Files,
  path: string,
): { readonly path: string; readonly place: Place } | undefined {
  const name = basename(path);
  if (name.length < 4) return undefined;
  for (const candidate of files.repo.paths) {
    if (!WITH_STEPS.test(candidate)) continue;
    const source = files.repo.text(candidate);
    if (!isReadable(source) || !source.text.includes(name) || !MAKES.test(source.text)) continue;
    const start = source.text.indexOf(name);
    return { path: candidate, place: { source, span: { start, end: start + name.length } } };
  }
  return undefined;
}
