import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './program.ts';

/** `fixtures/hostile` laid out as it would stand on a machine that it attacks. */
export interface Hostile {
  /** The repository. */
  readonly folder: string;
  /** What stands beside it on the machine, and is none of its business. */
  readonly outside: string;
  /** The file that every program of the repository's would make. */
  readonly pwned: string;
  /** What must be in no report: of the repository's files and of the machine's. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The secrets of `fixtures/hostile`, and one of a provider's form, which cannot stand in a file of this repository. */
const SECRETS = {
  database: 'hunter2-Pq4ZrT8vLk1M',
  quoted: "qu0ted<&'%0A|-Ws5Xe9",
  token: 'tk-3fH7jR2pXw9Lq8Nv5Bd1',
  redis: 'red1s-Hj4Kq9Zx2V',
  address: 'correct-horse-Kj8xQvT5',
  bearer: 'Zt7Wq2Lm9Xc4Vb6N',
  slack: ['https://hooks.slack.com', 'services', 'T0AAAAAAA', 'B0AAAAAAA', 'k3jd8fh2Ls9dKq0vBnM1xZ7c'].join(
    '/',
  ),
  outside: 'outs1de-Canary-9Xk2',
};

/** Names that git holds, and that some file systems, editors and scanners do not. */
const NAMES = [
  'new\nline.yml',
  'x\n::error file=x,line=1::from a name.yml',
  'return\r.yml',
  '::error file=x,line=1::injected.yml',
  '::stop-commands::pwned.yml',
  '##[add-mask]injected.yml',
  '%0A::error::injected.yml',
  '--help',
  '--config=evil.yml',
  '-rf.yml',
  'bidi\u202e\u2066evil.yml',
  'escape\u001b[31m\u001b]8;;https:evil.example\u0007.yml',
  'nine\u009b2J.yml',
  '`touch pwned`.yml',
  '; touch pwned; #.yml',
  'quote\'".yml',
  '<script>alert(1)<script>.yml',
  '](javascript:alert(1)).yml',
  '| pipe `code` @everyone #1.yml',
  '__proto__.yml',
  'constructor',
  '[*]?{a,b}.yml',
  'a\\b.yml',
  ' .yml',
  '..yml',
  '\u{1f600}.yml',
  '\ufeff.yml',
  `${'long'.repeat(60)}.yml`,
];

/** Names of programs that somebody might run. */
const PROGRAMS = ['promtool', 'amtool', 'git', 'node', 'sh', 'docker', 'docker-compose', 'tar', 'curl'];

/** Hooks that git would run by itself. */
const HOOKS = [
  'post-checkout',
  'post-index-change',
  'pre-commit',
  'fsmonitor-watchman',
  'reference-transaction',
];

const DEPTH = 10_000;
const RULES = 'groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: sum(\n';

/** Lays out the hostile repository, with what git cannot hold, in a folder that is gone after the test. */
export function hostileRepository(finished: (clean: () => void) => void = onTestFinished): Hostile {
  const base = temporaryFolder({}, finished);
  const [folder, outside, pwned] = [join(base, 'repository'), join(base, 'outside'), join(base, 'pwned')];
  cpSync('fixtures/hostile', folder, { recursive: true });
  layOutside(outside, pwned);
  layPrograms(folder, pwned);
  layGit(folder, pwned);
  layLinks(folder, outside);
  layOddFiles(folder);
  const closed = join(folder, 'closed');
  write(closed, 'rules.yml', RULES);
  chmodSync(closed, 0);
  finished(() => chmodSync(closed, 0o700));
  const slack = `receivers:\n  - name: slack\n    slack_configs: [{api_url: "${SECRETS.slack}", channel: "#a", no_such_key: 1}]\nroute: {receiver: slack}\n`;
  write(folder, 'alertmanager/slack/alertmanager.yml', slack);
  return { folder, outside, pwned, secrets: SECRETS };
}

function write(folder: string, path: string, content: string | Uint8Array): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function executable(file: string): void {
  chmodSync(file, 0o755);
}

const scriptOf = (pwned: string): string => `#!/bin/sh\ntouch '${pwned}'\n`;

/** What the repository's links and paths lead to. Whoever opens the FIFO waits for ever. */
function layOutside(outside: string, pwned: string): void {
  const { outside: canary } = SECRETS;
  write(outside, 'docker-compose.yml', `services: {base: {image: "${canary}:latest", no_such_key: 1}}\n`);
  write(outside, 'secret.env', `OUTSIDE_PASSWORD=${canary}\n`);
  write(
    outside,
    'secret.yml',
    `groups: [{name: "${canary}", rules: [{alert: "${canary}", expr: "sum("}]}]\n`,
  );
  write(outside, 'secret.json', `[{"targets": ["${canary}:80"], "labels": {"a": "${canary}"}}]\n`);
  write(outside, 'secret.tmpl', `{{ define "${canary}" }}{{ template "x" }}\n`);
  write(outside, 'monitoring-check.yml', `${canary}: true\n`);
  write(outside, '.git/HEAD', 'ref: refs/heads/main\n');
  executable(write(outside, 'bin/promtool', scriptOf(pwned)));
  spawnSync('mkfifo', [join(outside, 'fifo'), join(outside, 'fifo.yml'), join(outside, 'fifo.env')]);
}

/** Programs in every place where one could be looked for, and what names them. */
function layPrograms(folder: string, pwned: string): void {
  for (const program of PROGRAMS)
    for (const place of ['.', 'bin', 'node_modules/.bin', 'scripts', '.git'])
      executable(write(folder, join(place, program), scriptOf(pwned)));
  const code = `require('node:fs').writeFileSync(${JSON.stringify(pwned)}, '');\n`;
  for (const path of [
    ...['evil.cjs', 'monitoring-check.config.js', 'monitoring-check.config.cjs', '.eslintrc.js', 'index.js'],
    ...['node_modules/yaml/index.js', 'node_modules/monitoring-check/dist/cli.js', '.pnp.cjs'],
  ])
    write(folder, path, code);
  write(folder, '.npmrc', 'script-shell=./bin/sh\nnode-options=--require ./evil.cjs\nignore-scripts=false\n');
  write(folder, '.envrc', `touch '${pwned}'\n`);
  write(folder, '.tool-versions', 'nodejs path:./bin\n');
}

/** Git's own configuration, with everything in it that names a program. */
function layGit(folder: string, pwned: string): void {
  const run = `"touch '${pwned}'"`;
  write(
    folder,
    '.git/config',
    `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = ${run}\n\tsshCommand = ${run}\n\thooksPath = .git/hooks\n\tpager = ${run}\n\teditor = ${run}\n\talternateRefsCommand = ${run}\n[alias]\n\tls-files = "!touch '${pwned}'"\n\trev-parse = "!touch '${pwned}'"\n[diff]\n\texternal = ${run}\n[diff "evil"]\n\ttextconv = ${run}\n\tcommand = ${run}\n[filter "evil"]\n\tclean = ${run}\n\tsmudge = ${run}\n\tprocess = ${run}\n\trequired\n[credential]\n\thelper = "!touch '${pwned}'"\n`,
  );
  write(folder, '.gitattributes', '* filter=evil diff=evil merge=evil\n');
  write(
    folder,
    '.gitmodules',
    '[submodule "x"]\n\tpath = x\n\turl = -u./evil.cjs\n\tupdate = !touch pwned\n',
  );
  write(folder, '.gitignore', `${'**/'.repeat(200)}x\n${'*a'.repeat(500)}b\n[!\n\\\n!/*\n`);
  write(folder, '.git/HEAD', 'ref: refs/heads/main\n');
  for (const path of ['objects', 'refs']) mkdirSync(join(folder, '.git', path));
  for (const hook of HOOKS) executable(write(folder, `.git/hooks/${hook}`, scriptOf(pwned)));
}

/** Links out of the folder, in circles and to nowhere, in the place of files and of folders that are read. */
function layLinks(folder: string, outside: string): void {
  const links: Readonly<Record<string, string>> = {
    'links/out': outside,
    'links/up': '..',
    'links/here': '.',
    'links/loop': 'loop',
    'links/etc': '/etc',
    'links/root': '/',
    'links/proc': '/proc/self',
    'links/fifo': join(outside, 'fifo'),
    'links/nowhere.yml': join(outside, 'not/there.yml'),
    'links/zero.yml': '/dev/zero',
    'links/full.json': '/dev/full',
    'links/random.yml': '/dev/urandom',
    'links/terminal.yml': '/dev/tty',
    'links/environment.env': '/proc/self/environ',
    'links/memory.yml': '/proc/self/mem',
    'links/a.yml': 'b.yml',
    'links/b.yml': 'a.yml',
    'docker-compose.override.yml': join(outside, 'docker-compose.yml'),
    'monitoring-check.yaml': join(outside, 'monitoring-check.yml'),
    '.env.local': join(outside, 'secret.env'),
    'waiting.env': join(outside, 'fifo.env'),
    'prometheus/rules/outside.yml': join(outside, 'secret.yml'),
    'prometheus/rules/waiting.yml': join(outside, 'fifo.yml'),
    'prometheus/rules/passwd.yml': '/etc/passwd',
    'prometheus/targets.json': join(outside, 'secret.json'),
    'alertmanager/outside.tmpl': join(outside, 'secret.tmpl'),
    'grafana/dashboards/outside': outside,
    'grafana/dashboards/passwd.json': '/etc/passwd',
    'app/requirements.txt': join(outside, 'secret.yml'),
  };
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(target, join(folder, path));
  }
  for (const path of [
    'fifo.yml',
    'prometheus/rules/fifo.yml',
    'docs.json',
    'app/.env',
    'grafana/dashboards/fifo.json',
  ])
    spawnSync('mkfifo', [join(folder, path)]);
}

/** Odd names, other encodings, and ten thousand levels of everything. */
function layOddFiles(folder: string): void {
  for (const name of NAMES) write(folder, `names/${name}`, RULES);
  write(folder, 'names/::warning::a folder/::error::a.yml', RULES);
  writeFileSync(
    Buffer.concat([Buffer.from(`${folder}/names/`), Buffer.from([0x61, 0xff, 0xfe]), Buffer.from('.yml')]),
    RULES,
  );
  const bytes: Readonly<Record<string, Uint8Array>> = {
    bom: Buffer.from(`\ufeff${RULES}`),
    crlf: Buffer.from(RULES.replaceAll('\n', '\r\n')),
    cr: Buffer.from(RULES.replaceAll('\n', '\r')),
    'utf-16le': Buffer.from(`\ufeff${RULES}`, 'utf16le'),
    'utf-16be': Buffer.from(`\ufeff${RULES}`, 'utf16le').swap16(),
    invalid: Buffer.concat([Buffer.from(RULES), Buffer.from([0xc3, 0x28, 0xff, 0x80])]),
    null: Buffer.from(RULES.replace('sum', 's\0um')),
    latin1: Buffer.from(RULES.replace('sum', 's\u00fcm'), 'latin1'),
  };
  for (const [name, content] of Object.entries(bytes)) write(folder, `encodings/${name}.yml`, content);
  const deep = (open: string, inner: string, close: string): string =>
    open.repeat(DEPTH) + inner + close.repeat(DEPTH);
  const rule = (parts: Readonly<Record<string, string>>): string =>
    JSON.stringify({ groups: [{ name: 'deep', rules: [{ alert: 'Deep', expr: 'up == 0', ...parts }] }] });
  write(folder, 'deep/lists.yml', `groups: ${deep('[', '', ']')}\n`);
  write(folder, 'deep/blocks.yml', `groups:\n  ${'- '.repeat(DEPTH)}a\n`);
  write(folder, 'deep/maps.json', deep('{"panels":', '1', '}'));
  write(folder, 'deep/promql.yml', rule({ expr: `${deep('(', 'up', ')')} == 0` }));
  write(folder, 'deep/calls.yml', rule({ expr: `${deep('abs(', 'up', ')')} == 0` }));
  write(folder, 'deep/regex.yml', rule({ expr: `up{job=~"${deep('(', 'a', ')')}"} == 0` }));
  write(
    folder,
    'deep/template.yml',
    JSON.stringify({
      groups: [
        {
          name: 'deep',
          rules: [
            { alert: 'Deep', expr: 'up', annotations: { summary: deep('{{ if true }}', 'a', '{{ end }}') } },
          ],
        },
      ],
    }),
  );
  write(
    folder,
    'grafana/dashboards/logql.json',
    JSON.stringify({
      uid: 'deep',
      title: 'deep',
      schemaVersion: 39,
      panels: [
        {
          id: 1,
          type: 'logs',
          datasource: { type: 'loki', uid: 'l' },
          targets: [{ refId: 'A', expr: deep('(', '{a="b"}', ')') }],
        },
        { id: 2, type: 'stat', targets: [{ refId: 'A', expr: `up${' + $x'.repeat(DEPTH)}` }] },
      ],
    }),
  );
}

/** Everything below a folder, links not followed: each path with what it is and what is in it. */
export function snapshotOf(folder: string | Buffer): readonly string[] {
  return readdirSync(folder, { encoding: 'buffer' })
    .flatMap((name) => {
      // Names that are no UTF-8 are kept as they are.
      const path = Buffer.concat([Buffer.from(folder), Buffer.from('/'), name]);
      const found = lstatSync(path);
      const own = (content: string): string => `${path.toString('latin1')}\0${content}`;
      if (found.isDirectory()) return [own('folder'), ...(found.mode & 0o500 ? snapshotOf(path) : [])];
      if (found.isSymbolicLink()) return [own(readlinkSync(path))];
      return [own(found.isFile() ? readFileSync(path, 'latin1') : 'other')];
    })
    .sort();
}
