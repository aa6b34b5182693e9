import type { Files } from '../../repo/files.ts';
import { basename, dirname } from '../../repo/path.ts';
import { isBareScript, isReadable } from '../../repo/repository.ts';
import { WITH_COMMANDS } from './commands.ts';

/** Files of variables, their examples and defaults among them. */
const ENV_FILE = /(?:^|\/)(?:[^/]*\.)?env(?:[._-][^/]*)?$|\.env$/i;

/** Whether a file holds variables by its name, and is no program. */
export const isEnvFile = (path: string): boolean =>
  ENV_FILE.test(path) && !/\.(?:ts|js|mjs|cjs|py|go|rb|rs|java|kt|html|css|md|ya?ml|json|sh)$/.test(path);

/** Words in the names of examples that people copy and fill in. */
const EXAMPLE = /[._-]?(?:example|sample|template|tpl|dist|defaults?)[._-]?/i;

/** The examples of a file of variables: `.env.example`, `example.env`, `.env.dist`, in its folder or the root. */
export function examplesOf({ repo }: Files, path: string): string[] {
  const bare = (name: string): string => name.replace(EXAMPLE, '').replace(/^\./, '');
  const name = basename(path);
  return repo.paths.filter((other) => {
    const folder = dirname(other);
    if (folder !== dirname(path) && folder !== '') return false;
    const own = basename(other);
    return EXAMPLE.test(own) && bare(own) === bare(name);
  });
}

/**
 * Names of variables that something in the repository sets or writes down: files of variables and their
 * examples, scripts, Makefiles, workflows, documents, and programs that set them for what they start.
 */
export function variablesToldOf({ repo }: Files): ReadonlySet<string> {
  const names = new Set<string>();
  for (const path of repo.paths) {
    const isProgram = PROGRAM.test(path);
    if (!isProgram && !isEnvFile(path) && !WITH_COMMANDS.test(path) && !isBareScript(repo, path)) continue;
    const source = repo.text(path);
    if (!isReadable(source)) continue;
    if (isProgram) {
      for (const match of source.text.matchAll(SETS)) names.add((match[1] ?? match[2]) as string);
      continue;
    }
    // `NAME=value`, `NAME ?= value`, `export NAME`, `read NAME`, `-e NAME`, and `NAME: value` of workflows.
    const uses =
      /\b([A-Za-z_]\w*)[ \t]*[:?+]?=|\b(?:export|read|declare|local|env|-e|--env)[ \t]+(?:-\w+[ \t]+)*([A-Za-z_]\w*)|^[ \t]*-?[ \t]*([A-Z_][A-Z0-9_]*):/gm;
    for (const match of source.text.matchAll(uses)) names.add((match[1] ?? match[2] ?? match[3]) as string);
  }
  return names;
}

const PROGRAM = /\.(?:py|[cm]?[jt]s|go|rb|rs|java|kt|groovy|cs|php)$/;

/** `environ["NAME"] = …`, `process.env.NAME = …`, and calls such as `os.Setenv("NAME", …)`: what only reads it is none. */
const SETS =
  /(?:\[\s*["']|\benv\.)([A-Za-z_]\w*)(?:["']\s*\])?\s*\??\??=(?![=~])|(?:[sS]et_?[eE]nv|putenv|setdefault|[wW]ith_?[eE]nv|\.env)\(\s*["']([A-Za-z_]\w*)["']\s*,/g;

/** Variables that every shell, or Docker Compose, sets. */
export const isSetAnyway = (name: string): boolean =>
  /^(?:HOME|USER|USERNAME|LOGNAME|PWD|OLDPWD|PATH|SHELL|LANG|LC_\w+|TERM|TMPDIR|TEMP|TMP|HOSTNAME|COMPUTERNAME|USERPROFILE|APPDATA|LOCALAPPDATA|ProgramData|DISPLAY|WAYLAND_DISPLAY|SSH_AUTH_SOCK|XDG_\w+|CI|GITHUB_\w+|CI_\w+|COMPOSE_\w+|DOCKER_\w+|KUBECONFIG)$/.test(
    name,
  );
