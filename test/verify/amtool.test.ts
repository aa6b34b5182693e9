import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { JsonReport } from '../../src/report/json.ts';
import { hasTool, type Repository } from '../support/check.ts';
import { monitoringCheck, temporaryFolder } from '../support/program.ts';

// They run programs, several of them at once, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

/** An Alertmanager of a version that mounts its configuration and templates where containers have them. */
const stack = (templates: string, template: string, version = 'v0.28.1'): Repository => ({
  'docker-compose.yml': `services:
  alertmanager:
    image: prom/alertmanager:${version}
    command: [--config.file=/etc/alertmanager/alertmanager.yml]
    volumes:
      - ./am/alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro
      - ./am/mails:/etc/alertmanager/templates:ro
`,
  'am/alertmanager.yml': `route: {receiver: chat}
templates: [${templates}]
receivers: [{name: chat, webhook_configs: [{url: "http://chat.example.org/hook"}]}]
`,
  'am/mails/mail.tmpl': template,
});

/** What amtool has against a repository, in one line each. */
function refusals(files: Repository, env: Record<string, string> = {}): string[] {
  const { stdout } = monitoringCheck([temporaryFolder(files), '-f', 'json'], { env });
  return (JSON.parse(stdout) as JsonReport).findings
    .filter(({ rule }) => rule === 'alertmanager/amtool')
    .map(({ file, line, message }) => `${file}:${line} ${message}`);
}

const WRONG = '{{ define "mail" }}\n{{ .Status | shout }}\n{{ end }}\n';

describe.skipIf(!hasTool('amtool'))('templates', () => {
  test('are read where the container has them, and a fault is reported at its line', () => {
    expect(refusals(stack('/etc/alertmanager/templates/*.tmpl', WRONG))).toEqual([
      'am/mails/mail.tmpl:2 amtool refuses this: function "shout" not defined',
    ]);
    expect(refusals(stack('"templates/*.tmpl"', WRONG))).toHaveLength(1);
    expect(refusals(stack('/etc/alertmanager/templates/*.tmpl', WRONG.replace('shout', 'toUpper')))).toEqual(
      [],
    );
  });

  test('are never read from this machine', () => {
    const outside = temporaryFolder({ 'other.tmpl': WRONG });
    expect(refusals(stack(join(outside, '*.tmpl'), ''))).toEqual([]);
  });
});

/** A PATH with nothing but an amtool of a version that keeps what it reads, and says something of it. */
function fakeAmtool(version: string, says = '', status = 0) {
  const folder = temporaryFolder({ read: '' });
  writeFileSync(
    join(folder, 'amtool'),
    `#!/bin/sh
[ "$1" = --version ] && echo 'amtool, version ${version}' && exit 0
[ "$1" = check-config ] || exit 0
while read -r line; do echo "$line" >> ${folder}/read; done < "$2"
echo '${says}'
exit ${status}
`,
  );
  chmodSync(join(folder, 'amtool'), 0o755);
  return { env: { PATH: folder }, read: () => readFileSync(join(folder, 'read'), 'utf8') };
}

describe('an amtool', () => {
  test('sees templates in a private folder alone', () => {
    const { env, read } = fakeAmtool('0.28.0');
    refusals(stack('/etc/alertmanager/templates/*.tmpl, /etc/passwd', ''), env);
    expect(read()).toMatch(/^templates: \["\S*\/monitoring-check-\S+", "\S*\/monitoring-check-\S+"\]$/m);
    expect(read()).not.toContain('/etc/');
  });

  test.each([
    ['0.28.0', 'v0.28.1', 1],
    ['0.25.0', 'v0.28.1', 0],
    ['0.25.0', 'latest', 1],
  ])('of version %s is believed of a function under Alertmanager %s: %i', (own, runs, count) => {
    const { env } = fakeAmtool(own, '  FAILED: template: mail.tmpl:2: function "tz" not defined', 1);
    expect(refusals(stack('/etc/alertmanager/templates/*.tmpl', WRONG, runs), env)).toHaveLength(count);
  });
});
