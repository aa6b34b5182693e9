import type { Files } from '../../repo/files.ts';
import { isReadable } from '../../repo/repository.ts';

/** Files in which people write down how they start a stack. */
export const WITH_COMMANDS =
  /(?:^|\/)(?:Makefile|makefile|GNUmakefile|justfile|Justfile|Taskfile\.ya?ml|package\.json|README[^/]*|[^/]*\.(?:sh|bash|mk|md|ps1|bat)|\.github\/workflows\/[^/]*\.ya?ml|\.gitlab-ci\.yml)$/;

/** The texts in which people write down how they start a stack, without the breaks of lines that go on. */
const commandTexts = ({ repo }: Files): string[] =>
  repo.paths.flatMap((path) => {
    const source = WITH_COMMANDS.test(path) ? repo.text(path) : undefined;
    return source !== undefined && isReadable(source) ? [source.text.replace(/\\\r?\n\s*/g, ' ')] : [];
  });

/** The profiles that some command of the repository switches on. */
export function profilesInCommands(files: Files): ReadonlySet<string> {
  const profiles = new Set<string>();
  for (const text of commandTexts(files)) {
    for (const match of text.matchAll(/--profile[ =]["']?([\w.-]+)|COMPOSE_PROFILES=["']?([\w.,-]+)/g))
      for (const profile of (match[1] ?? match[2] ?? '').split(',')) profiles.add(profile);
  }
  return profiles;
}

/** The words after each `docker compose up`: the services that are started by name, and no others. */
export const startedByName = (files: Files): readonly ReadonlySet<string>[] =>
  commandTexts(files).flatMap((text) =>
    [...text.matchAll(/docker[- ]compose\b[^\n|;&`]*?[ \t]up\b([^\n|;&`]*)/g)].map(
      ([, words = '']) => new Set(words.split(/\s+/).filter((word) => /^\w[\w.-]*$/.test(word))),
    ),
  );
