import { defineRule } from '../../src/lint/rule.ts';
import type { Node } from '../../src/repo/node.ts';
import { alertmanagersIn, isWrittenByOthers } from '../../src/stack/system.ts';

const CONFIG = `route:
  receiver: team
templates:
  - /etc/alertmanager/templates/*.tmpl
receivers:
  - name: team
    slack_configs:
      - api_url_file: /run/secrets/slack
        title: '{{ template "team.title" . }}'
`;
const compose = (mounts: string): string => `services:
  alertmanager:
    image: prom/alertmanager:v0.28.1
    volumes:
      - ./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro
${mounts}`;

export const rule = defineRule({
  id: 'alertmanager/missing-template',
  severity: 'error',
  summary: 'An entry of `templates` that matches no file where Alertmanager looks for it.',
  why: `Alertmanager starts without the file and without a word. When a notification uses a template of it, it cannot be
rendered and is not sent: the alert fires and nobody is told.`,
  fix: 'Mount the template files where the entry looks, or correct the entry. Relative entries count from the configuration.',
  bad: {
    files: { 'docker-compose.yml': compose(''), 'alertmanager.yml': CONFIG },
    at: ['alertmanager.yml:4:5'],
  },
  good: {
    files: {
      'docker-compose.yml': compose('      - ./templates:/etc/alertmanager/templates:ro\n'),
      'alertmanager.yml': CONFIG,
      'templates/team.tmpl': '{{ define "team.title" }}{{ .CommonLabels.alertname }}{{ end }}\n',
    },
  },
  check({ system, report }) {
    for (const { stack, alertmanager, config } of alertmanagersIn(system)) {
      const { container, name } = alertmanager;
      for (const { node, pattern, found, isComplete } of alertmanager.templates) {
        if (found.length > 0 || !isComplete || container === undefined) continue;
        if (pattern.startsWith('/') && isWrittenByOthers(stack, container, pattern)) continue;
        // A pattern that is only kept ready harms nobody while no notification calls a template.
        if (/[*?[]/.test(pattern) && !callsTemplate(config)) continue;
        report({
          at: { node },
          message: `"${pattern}" matches no file in the container "${name}": notifications that use its templates are not sent`,
          help: 'mount the template files there, or take the entry out',
        });
      }
    }
  },
});

/** Whether a notification calls a template that Alertmanager does not bring itself. */
const callsTemplate = (config: Node): boolean =>
  [...JSON.stringify(config.value ?? null).matchAll(/\{\{-?\s*template\s+\\?"([^"\\]+)/g)].some(
    ([, name = '']) => !/^(?:__|\w+\.default\.)/.test(name),
  );
