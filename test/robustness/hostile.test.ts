import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectGoodEnd, runBounded } from '../support/bounded.ts';
import { fixtureFiles } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/program.ts';

/** Values that stand in the repository and in the job's environment, and must stand in no report. */
const SECRETS = {
  repository: 'hunter2-Kj8xQvT5rWz9',
  slack: 'https://hooks.slack.com/services/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',
  environment: 'ghp_environment0Secret0Of0The0Job0012345',
};

/** A pull request that tries whatever it can: every program it brings would leave the file `pwned`. */
function hostileRepository(): { folder: string; pwned: string } {
  const outside = temporaryFolder();
  const pwned = join(outside, 'pwned');
  const script = `#!/bin/sh\ntouch '${pwned}'\n`;
  const folder = temporaryFolder({
    ...fixtureFiles('k2-market-data'),
    '.env': `PATH=.\nNODE_OPTIONS=--require ./evil.js\nPOSTGRES_PASSWORD=${SECRETS.repository}\n`,
    'evil.js': `require('node:fs').writeFileSync(${JSON.stringify(pwned)}, '');\n`,
    'package.json': '{"type": "commonjs", "main": "evil.js", "scripts": {"install": "node evil.js"}}\n',
    'monitoring-check.config.js': `require('./evil.js');\n`,
    'node_modules/yaml/index.js': `require('../../evil.js');\n`,
    'docker/alertmanager/alertmanager.yml': `route:\n  receiver: team\nreceivers:\n  - name: team\n    slack_configs:\n      - api_url: ${SECRETS.slack}\n        channel: "#a"\n        no_such_key: "${SECRETS.repository}"\n`,
    'docker/prometheus/rules/--enable-feature=evil.yml':
      'groups: [{name: a, rules: [{alert: A, expr: "sum("}]}]\n',
    'docker/prometheus/rules/$(touch pwned).yml': 'groups: [{name: b, rules: [{alert: B, expr: up == 0}]}]\n',
  });
  for (const program of ['promtool', 'amtool', 'git', 'node', 'sh', 'post-checkout']) {
    for (const place of ['.', 'bin', 'node_modules/.bin', '.git/hooks']) {
      mkdirSync(join(folder, place), { recursive: true });
      writeFileSync(join(folder, place, program), script);
      chmodSync(join(folder, place, program), 0o755);
    }
  }
  writeFileSync(
    join(folder, '.git/config'),
    `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = "touch '${pwned}'"\n\tsshCommand = "touch '${pwned}'"\n\thooksPath = .git/hooks\n[alias]\n\tls-files = "!touch '${pwned}'"\n`,
  );
  writeFileSync(join(folder, '.git/HEAD'), 'ref: refs/heads/main\n');
  mkdirSync(join(folder, '.git/objects'));
  mkdirSync(join(folder, '.git/refs'));
  return { folder, pwned };
}

/** Every path below a folder. */
const listing = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String).sort();

describe('a hostile repository', () => {
  // The folder itself in PATH is as bad as it gets: even then nothing of the repository's runs.
  it.each(['', '.:', './bin:./node_modules/.bin:', ':'])('runs nothing, with %j before PATH', (before) => {
    const { folder, pwned } = hostileRepository();
    const files = listing(folder);
    const env = { PATH: `${before}${process.env.PATH}`, GITHUB_TOKEN: SECRETS.environment };
    const run = runBounded(['check', '.'], { cwd: folder, env });
    expectGoodEnd(run);
    expect(existsSync(pwned)).toBe(false);
    expect(listing(folder)).toEqual(files);
  });

  it.each(['pretty', 'github', 'json'])('has no secret in the %s report', (format) => {
    const { folder } = hostileRepository();
    const env = { GITHUB_TOKEN: SECRETS.environment };
    const run = runBounded(['check', folder, '--format', format, '--preset', 'strict'], { env });
    expectGoodEnd(run);
    for (const secret of Object.values(SECRETS)) expect(run.stdout + run.stderr).not.toContain(secret);
  });
});
