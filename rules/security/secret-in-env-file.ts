import { defineRule } from '../../src/lint/rule.ts';
import type { EnvVariable } from '../../src/repo/env.ts';
import type { Place } from '../../src/repo/node.ts';
import { basename } from '../../src/repo/path.ts';
import { isReadable } from '../../src/repo/repository.ts';
import { isEnvFile } from '../../src/stack/compose/variables.ts';
import { secretVariables } from '../../src/stack/secrets.ts';
import { composed, type System } from '../../src/stack/system.ts';
import { shortList } from '../../src/words.ts';

const COMPOSE = `services:
  grafana:
    image: grafana/grafana:12.0.2
    environment:
      GF_SECURITY_ADMIN_PASSWORD: \${GRAFANA_ADMIN_PASSWORD:?set it in .env}
    volumes:
      - grafana-data:/var/lib/grafana
volumes:
  grafana-data:
`;

export const rule = defineRule({
  id: 'security/secret-in-env-file',
  severity: 'warning',
  summary: 'A file of environment variables with secrets is in git.',
  why: `Whoever can read the repository, now or ever after, can log in: git keeps the value when the file is changed or
removed. Forks, caches and backups have it too.`,
  fix: `Make new passwords: these are known. Then \`git rm --cached .env\`, add \`.env\` to \`.gitignore\`, and keep a
\`.env.example\` in git that has the names without the values.`,
  bad: {
    files: { 'docker-compose.yml': COMPOSE, '.env': 'GRAFANA_ADMIN_PASSWORD=9vR2-kfQ7-zXw4\n' },
    at: ['.env:1:1'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      '.env': 'GRAFANA_ADMIN_PASSWORD=9vR2-kfQ7-zXw4\n',
      '.env.example': 'GRAFANA_ADMIN_PASSWORD=\n',
      '.gitignore': '.env\n',
    },
  },
  check({ system, report }) {
    for (const path of envFiles(system)) {
      const source = system.files.repo.text(path);
      if (!isReadable(source)) continue;
      const found = secretVariables(source);
      const [first, ...others] = found;
      if (first === undefined) continue;
      const names = shortList([...new Set(found.map(({ name }) => name))]);
      const place = ({ nameSpan }: EnvVariable): Place => ({ source, span: nameSpan });
      report({
        at: place(first),
        message: `"${path}" is in git, or will be with the next commit, and holds the ${others.length === 0 ? 'value' : 'values'} of ${names}: whoever can read the repository has ${others.length === 0 ? 'it' : 'them'}`,
        help: `make new ones, take the file out of git (git rm --cached ${path}) and add it to .gitignore`,
        related: others
          .slice(0, 6)
          .map((variable) => ({ at: place(variable), message: `a value for ${variable.name}` })),
      });
    }
  },
});

/** Files of variables that git takes, and that are no examples. */
function envFiles(system: System): string[] {
  const named = composed(system).flatMap(({ container }) =>
    container.service.envFiles.map(({ path }) => path),
  );
  const { repo } = system.files;
  return repo.paths.filter(
    (path) =>
      (named.includes(path) || isEnvFile(path)) &&
      !/example|sample|template|tpl|dist|defaults?\b/i.test(basename(path)),
  );
}
