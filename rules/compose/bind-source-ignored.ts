import { defineRule } from '../../src/lint/rule.ts';
import { sourceFaults, sourcePlace } from '../../src/stack/compose/binds.ts';

const COMPOSE = `services:
  alertmanager:
    image: prom/alertmanager:v0.28.1
    volumes:
      - ./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro
      - alertmanager-data:/alertmanager
volumes:
  alertmanager-data:
`;
const ALERTMANAGER = `route:
  receiver: team
receivers:
  - name: team
    webhook_configs:
      - url: http://example.com/alerts
`;

export const rule = defineRule({
  id: 'compose/bind-source-ignored',
  severity: 'error',
  summary: 'A mounted file stands here, but git ignores it.',
  why: `Everything works on the machine on which the file was written. A fresh checkout, a colleague's or the server's,
does not have it: Docker creates an empty folder of its name there, and the container runs without its configuration.`,
  fix: `Take the file out of \`.gitignore\`, or add it with \`git add --force\`. If it holds secrets, keep a version
without them in git and put them in when the container starts. If a step makes the file, write that step down in a
script or a Makefile of the repository.`,
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'alertmanager.yml': ALERTMANAGER,
      '.gitignore': 'alertmanager.yml\n',
    },
    at: ['docker-compose.yml:5:9'],
  },
  good: {
    files: { 'docker-compose.yml': COMPOSE, 'alertmanager.yml': ALERTMANAGER, '.gitignore': '.env\n' },
  },
  check({ system, report }) {
    const seen = new Set<string>();
    for (const { source, fault } of sourceFaults(system)) {
      if (fault.kind !== 'ignored' || seen.has(source.path)) continue;
      seen.add(source.path);
      const { path, target, at, mount, need } = source;
      report({
        at: sourcePlace(mount),
        message: `"${path}" is here, but git ignores it: in a fresh checkout Docker creates an empty folder of that name and mounts it at "${target}", ${need?.because ?? `where "${at.container.service.name}" reads it`}`,
        help: `take it out of .gitignore, or: git add --force ${path}`,
      });
    }
  },
});
