import type { Files } from '../../repo/files.ts';
import { isReadable } from '../../repo/repository.ts';

/** Files in which people write down how they start a stack. */
export const WITH_COMMANDS =
  /(?:^|\/)(?:Makefile|makefile|GNUmakefile|justfile|Justfile|Taskfile\.ya?ml|package\.json|README[^/]*|[^/]*\.(?:sh|bash|mk|md|ps1|bat)|\.github\/workflows\/[^/]*\.ya?ml|\.gitlab-ci\.yml)$/;

/** The profiles that some command of the repository switches on. */
export function profilesInCommands({ repo }: Files): ReadonlySet<string> {
  const profiles = new Set<string>();
  for (const path of repo.paths) {
    if (!WITH_COMMANDS.test(path)) continue;
    const source = repo.text(path);
    if (!isReadable(source)) continue;
    for (const match of source.text.matchAll(/--profile[ =]["']?([\w.-]+)|COMPOSE_PROFILES=["']?([\w.,-]+)/g))
      for (const profile of (match[1] ?? match[2] ?? '').split(',')) profiles.add(profile);
  }
  return profiles;
}
