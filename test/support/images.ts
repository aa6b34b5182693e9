import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Images for the tests of the smoke boot, made of this machine's own programs: no registry is asked. Each
 * has the name of the image that it stands for, with a tag that nobody else gives.
 */
const TAG = 'monitoring-check-test';
const BASE = `monitoring-check-test/base:${TAG}`;

const TOOLS = process.env.MONITORING_CHECK_TOOLS ?? '/opt/monitoring-check-tools';
const JVM = '/usr/lib/jvm/java-17-openjdk-amd64';
const AGENT = join(TOOLS, 'share/jmx_prometheus_javaagent-1.0.1.jar');

/** Each image's name, and how it starts. */
const IMAGES: Readonly<Record<string, readonly string[]>> = {
  'prom/prometheus': ['/usr/bin/prometheus'],
  'prom/alertmanager': ['/usr/bin/prometheus-alertmanager'],
  'prom/node-exporter': ['/usr/bin/prometheus-node-exporter'],
  'prom/statsd-exporter': ['/usr/bin/statsd_exporter'],
  'grafana/grafana': ['/usr/bin/node', '/opt/stand-ins/grafana.mjs'],
  'grafana/loki': ['/usr/bin/node', '/opt/stand-ins/loki.mjs'],
  'example/jvm': [],
  'example/python': [],
};

/** Whether this machine has a Docker engine that answers, and everything that the images are made of. */
export const canBoot = (): boolean =>
  spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0 &&
  spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0 &&
  ['prometheus', 'prometheus-alertmanager', 'prometheus-node-exporter', 'statsd_exporter'].every((tool) =>
    existsSync(join(TOOLS, 'usr/bin', tool)),
  ) &&
  existsSync(AGENT) &&
  existsSync(JVM) &&
  existsSync('/usr/bin/python3');

/** The image of a name. */
export const testImage = (name: string): string => `${name}:${TAG}`;

/** The JMX exporter's agent. */
export const agentJar = AGENT;

/** Makes the images that are not there yet. */
export function makeImages(): void {
  if (spawnSync('docker', ['image', 'inspect', BASE], { stdio: 'ignore' }).status !== 0) makeBase();
  for (const [name, start] of Object.entries(IMAGES)) {
    const recipe = [
      `FROM ${BASE}`,
      'LABEL monitoring-check-test=1',
      ...(start.length > 0 ? [`ENTRYPOINT ${JSON.stringify(start)}`] : []),
    ];
    execFileSync('docker', ['build', '-q', '-t', testImage(name), '-'], {
      input: `${recipe.join('\n')}\n`,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, DOCKER_BUILDKIT: '0' },
    });
  }
}

/** One root with every program and the libraries that they load: the images differ in how they start. */
function makeBase(): void {
  const root = mkdtempSync(join(tmpdir(), 'monitoring-check-base-'));
  try {
    const programs = [
      'sh',
      'cat',
      'sleep',
      'echo',
      'ls',
      'env',
      'true',
      'false',
      'tail',
      'head',
      'touch',
      'mkdir',
    ].map((name) => which(name));
    const tools = readdirSync(join(TOOLS, 'usr/bin')).filter((name) => /prometheus|statsd/.test(name));
    for (const program of programs) put(root, program, `/usr/bin/${program.split('/').at(-1)}`);
    for (const tool of tools) put(root, join(TOOLS, 'usr/bin', tool), `/usr/bin/${tool}`);
    put(root, process.execPath, '/usr/bin/node');
    put(root, realpathSync('/usr/bin/python3'), '/usr/bin/python3');
    cpSync('/usr/lib/python3.11', join(root, 'usr/lib/python3.11'), {
      recursive: true,
      filter: (path) => !/\/(?:test|__pycache__|idlelib|ensurepip)$/.test(path),
    });
    cpSync(JVM, join(root, JVM), {
      recursive: true,
      dereference: true,
      filter: (path) => !/\/(?:jmods|man|docs|src\.zip|demo|include)$/.test(path),
    });
    const libraries = [
      ...programs,
      ...tools.map((tool) => join(TOOLS, 'usr/bin', tool)),
      process.execPath,
      realpathSync('/usr/bin/python3'),
      ...elfBelow('/usr/lib/python3.11/lib-dynload'),
      join(JVM, 'bin/java'),
      ...elfBelow(join(JVM, 'lib')),
    ];
    for (const library of librariesOf(libraries)) put(root, library, library);
    // Alertmanager's own templates of notifications, where Debian has them.
    cpSync(join(TOOLS, 'usr/share/prometheus'), join(root, 'usr/share/prometheus'), {
      recursive: true,
      dereference: false,
    });
    mkdirSync(join(root, 'opt/stand-ins/node_modules'), { recursive: true });
    cpSync('test/smoke/images', join(root, 'opt/stand-ins'), { recursive: true });
    cpSync('node_modules/yaml', join(root, 'opt/stand-ins/node_modules/yaml'), { recursive: true });
    execFileSync(
      'python3',
      ['-m', 'pip', 'install', '-q', '--no-deps', '--target', join(root, 'opt/python'), 'prometheus_client'],
      { stdio: 'ignore' },
    );
    for (const folder of [
      'tmp',
      'etc',
      'proc',
      'sys',
      'dev',
      'run',
      'prometheus',
      'alertmanager',
      'rootfs',
      'host',
    ])
      mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(
      join(root, 'etc/passwd'),
      'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n',
    );
    execFileSync('ln', ['-s', 'usr/bin', join(root, 'bin')]);
    const tar = join(dirname(root), `${root.split('/').at(-1)}.tar`);
    execFileSync('tar', ['-C', root, '-cf', tar, '.']);
    execFileSync(
      'docker',
      [
        'import',
        '--change',
        `ENV PATH=/usr/bin:${JVM}/bin`,
        '--change',
        'ENV PYTHONPATH=/opt/python',
        '--change',
        'WORKDIR /prometheus',
        '--change',
        'LABEL monitoring-check-test=1',
        tar,
        BASE,
      ],
      { stdio: 'ignore' },
    );
    rmSync(tar);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function put(root: string, source: string, target: string): void {
  mkdirSync(dirname(join(root, target)), { recursive: true });
  cpSync(source, join(root, target), { dereference: true });
}

const which = (name: string): string => execFileSync('which', [name], { encoding: 'utf8' }).trim();

const elfBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('.so'))
    .map((name) => join(folder, name));

/** The libraries that programs load, by their own absolute paths. */
function librariesOf(programs: readonly string[]): Set<string> {
  const libraries = new Set<string>();
  for (const program of programs) {
    const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
    for (const [, path = ''] of stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm))
      if (!path.startsWith(JVM)) libraries.add(path);
  }
  return libraries;
}
