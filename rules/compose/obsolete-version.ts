import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf } from '../../src/repo/node.ts';

const compose = (version: string): string => `${version}services:
  api:
    image: example/api:1.0
`;

export const rule = defineRule({
  id: 'compose/obsolete-version',
  severity: 'notice',
  preset: 'strict',
  peers: ['dclint no-version-field'],
  summary: 'A compose file with a version, which Docker Compose no longer reads.',
  why: `Docker Compose has read every file by the newest specification since its version 2, and warns of \`version\` at
each command. Whoever reads "3.4" looks in vain for what that format may hold.`,
  fix: 'Remove the line.',
  bad: {
    files: { 'docker-compose.yml': compose('version: "3.8"\n') },
    at: ['docker-compose.yml:1:1'],
  },
  good: { files: { 'docker-compose.yml': compose('') } },
  check({ system, report }) {
    for (const file of system.files.of('compose')) {
      const version = child(file.node, 'version');
      if (file.isBroken || !exists(version)) continue;
      report({
        at: keyOf(version),
        message: 'docker compose no longer reads "version", and warns of it at each command',
        help: 'remove the line',
      });
    }
  },
});
