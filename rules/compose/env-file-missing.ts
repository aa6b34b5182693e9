import { defineRule } from '../../src/lint/rule.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { examplesOf } from '../../src/stack/compose/variables.ts';
import { producedBy } from '../../src/stack/produced.ts';
import { composed } from '../../src/stack/system.ts';

const COMPOSE = `services:
  grafana:
    image: grafana/grafana:12.0.2
    env_file: ./grafana/grafana.env
    volumes:
      - grafana-data:/var/lib/grafana
volumes:
  grafana-data:
`;

export const rule = defineRule({
  id: 'compose/env-file-missing',
  severity: 'error',
  summary: 'A file of environment variables that is not in the repository.',
  why: `Docker Compose refuses the whole project: "env file not found". Nothing starts, and nothing tells a newcomer what
the file should hold.`,
  fix: `Add the file. If it holds secrets, keep it out of git and add an example of it, \`grafana.env.example\`. If the
service runs without it too, write it as \`{ path: …, required: false }\`.`,
  bad: { files: { 'docker-compose.yml': COMPOSE }, at: ['docker-compose.yml:4:15'] },
  good: {
    files: { 'docker-compose.yml': COMPOSE, 'grafana/grafana.env': 'GF_USERS_ALLOW_SIGN_UP=false\n' },
  },
  check({ system, report }) {
    const { files } = system;
    for (const { container } of composed(system)) {
      for (const { path, text, isRequired, node } of container.service.envFiles) {
        if (path === undefined || isUnknown(text) || !isRequired) continue;
        const entry = files.repo.entry(path);
        if (entry?.type === 'directory') {
          report({
            at: { node },
            message: `"${path}" is a folder, and "${container.service.name}" takes its environment from it: docker compose refuses to start anything`,
            help: 'name a file with a variable on each line',
          });
        } else if (entry === undefined) {
          // What is kept out of git on purpose, or comes from an example or a step, is known to be missing.
          if (files.repo.isIgnored(path) || examplesOf(files, path).length > 0) continue;
          if (producedBy(files, path) !== undefined) continue;
          report({
            at: { node },
            message: `"${path}" does not exist, and "${container.service.name}" takes its environment from it: docker compose refuses to start anything`,
            help: `add the file, or an example of it if it holds secrets: ${path}.example`,
          });
        }
      }
    }
  },
});
