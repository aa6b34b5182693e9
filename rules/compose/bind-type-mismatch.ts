import { defineRule } from '../../src/lint/rule.ts';
import { basename } from '../../src/repo/path.ts';
import { type BindSource, sourceFaults, sourcePlace } from '../../src/stack/compose/binds.ts';

const compose = (target: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:${target}
      - prometheus-data:/prometheus
volumes:
  prometheus-data:
`;
const PROMETHEUS = `scrape_configs:
  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
`;

export const rule = defineRule({
  id: 'compose/bind-type-mismatch',
  severity: 'error',
  summary: 'A folder is mounted where the container needs a file, or the other way round.',
  why: `Docker refuses to mount a folder over a file or a file over a folder ("not a directory"), and the container does
not start. A folder in place of a file is mostly one that Docker itself created when the file was missing.`,
  fix: `Write the whole path on both sides: \`./prometheus.yml:/etc/prometheus/prometheus.yml\`. Where Docker has made a
folder of a missing file, remove the folder and put the file there.`,
  bad: {
    files: { 'docker-compose.yml': compose('/etc/prometheus'), 'prometheus.yml': PROMETHEUS },
    at: ['docker-compose.yml:5:9'],
  },
  good: {
    files: { 'docker-compose.yml': compose('/etc/prometheus/prometheus.yml'), 'prometheus.yml': PROMETHEUS },
  },
  check({ system, report }) {
    for (const { source, fault } of sourceFaults(system)) {
      if (fault.kind === 'mismatch' && !source.isOfAgent) {
        report({ at: sourcePlace(source.mount), ...wordsFor(source) });
      }
    }
  },
});

function wordsFor({ path, target, entry, need, at }: BindSource): { message: string; help: string } {
  const { name } = at.container.service;
  if (entry?.type === 'file')
    return {
      message: `"${path}" is a file and is mounted at "${target}", ${need?.because ?? 'where a folder is'}: Docker refuses that, and "${name}" does not start`,
      help: `mount it at "${target}/${basename(path)}"`,
    };
  return {
    message: `"${path}" is a folder and is mounted at "${target}", ${need?.because ?? 'where a file is expected'}: "${name}" does not start`,
    help: `remove the folder, which Docker may have made when the file was missing, and put the file there`,
  };
}
