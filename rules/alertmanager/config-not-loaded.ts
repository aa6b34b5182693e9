import { defineRule } from '../../src/lint/rule.ts';
import { misplacedConfig } from '../../src/stack/misplaced.ts';

const CONFIG = `route:
  receiver: team
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team_webhook
`;
const compose = (target: string): string => `services:
  alertmanager:
    image: prom/alertmanager:v0.28.1
    volumes:
      - ./alertmanager.yml:${target}:ro
`;

export const rule = defineRule({
  id: 'alertmanager/config-not-loaded',
  severity: 'error',
  summary: 'A Alertmanager configuration that is mounted where Alertmanager does not look for it.',
  why: `Alertmanager starts with the configuration that its image brings, whose only receiver is a web hook that
nobody runs, or does not start at all. The file in the repository looks right and is never read: nobody is told.`,
  fix: `Mount the file where Alertmanager looks, \`/etc/alertmanager/alertmanager.yml\` unless \`--config.file\` names another path,
or name the mounted path with that flag.`,
  bad: {
    files: {
      'docker-compose.yml': compose('/etc/alertmanager/alertmanager.yaml'),
      'alertmanager.yml': CONFIG,
    },
    at: ['docker-compose.yml:5:9'],
  },
  good: {
    files: {
      'docker-compose.yml': compose('/etc/alertmanager/alertmanager.yml'),
      'alertmanager.yml': CONFIG,
    },
  },
  check({ system, report }) {
    for (const { container } of system.stacks.flatMap(({ alertmanagers }) => alertmanagers)) {
      const misplaced = container && misplacedConfig(container, 'alertmanager', system.files);
      const [first] = misplaced?.found ?? [];
      if (container === undefined || misplaced === undefined || first === undefined) continue;
      const { path, flag, hasDefault } = misplaced;
      report({
        at: flag ?? first.via,
        message: `"${container.service.name}" reads "${path}", and "${first.path}" is mounted at "${first.target}": ${hasDefault ? 'it runs with the configuration of its image, and its receivers are never told' : 'it does not start'}`,
        help: flag ? `write --config.file=${first.target}` : `mount it at "${path}"`,
        related: flag ? [{ at: first.via, message: `"${first.path}" is mounted here` }] : [],
      });
    }
  },
});
