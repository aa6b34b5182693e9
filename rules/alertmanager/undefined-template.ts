import { defineRule } from '../../src/lint/rule.ts';
import { definedTemplates, ownTemplates, templateCalls } from '../../src/stack/notification-templates.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';
import { nearest } from '../../src/words.ts';

const FILES = {
  'docker-compose.yml': `services:
  alertmanager:
    image: prom/alertmanager:v0.28.1
    volumes:
      - ./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro
      - ./templates:/etc/alertmanager/templates:ro
`,
  'templates/team.tmpl': '{{ define "team.title" }}{{ .CommonLabels.alertname }}{{ end }}\n',
};
const config = (name: string): string => `route:
  receiver: team
templates:
  - templates/*.tmpl
receivers:
  - name: team
    slack_configs:
      - api_url_file: /run/secrets/slack
        title: '{{ template "${name}" . }}'
`;

export const rule = defineRule({
  id: 'alertmanager/undefined-template',
  severity: 'error',
  summary: 'A notification that calls a template which nothing defines.',
  why: `The name is looked up when a notification is rendered, not when the configuration is loaded: Alertmanager starts,
and every notification of this receiver fails. The alert fires and nobody is told.`,
  fix: 'Correct the name, or load the file that defines the template under `templates`.',
  bad: {
    files: { ...FILES, 'alertmanager.yml': config('team.titel') },
    at: ['alertmanager.yml:9:30'],
  },
  good: { files: { ...FILES, 'alertmanager.yml': config('team.title') } },
  check({ system, report }) {
    for (const { alertmanager } of alertmanagersIn(system)) {
      const defined = definedTemplates(alertmanager, system.files);
      if (defined === undefined) continue;
      for (const { name, place } of templateCalls(alertmanager, system.files)) {
        if (defined.has(name)) continue;
        const close = nearest(name, [...defined, ...ownTemplates(name)]);
        report({
          at: place,
          message: `no template "${name}" is defined: notifications that call it are not sent`,
          help:
            close !== undefined
              ? `did you mean "${close}"?`
              : alertmanager.templates.length === 0
                ? 'name the file that defines it under templates'
                : 'define it in one of the template files',
        });
      }
    }
  },
});
