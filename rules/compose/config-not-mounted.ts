import { defineRule } from '../../src/lint/rule.ts';
import { basename, dirname } from '../../src/repo/path.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { flagValues, rewritesFiles } from '../../src/stack/container.ts';
import { misplacedConfig } from '../../src/stack/misplaced.ts';
import { composed, type System } from '../../src/stack/system.ts';

const compose = (mounts: string): string => `services:
  statsd-exporter:
    image: prom/statsd-exporter:v0.28.0
    command:
      - --statsd.mapping-config=/etc/statsd/mapping.yml
${mounts}`;

export const rule = defineRule({
  id: 'compose/config-not-mounted',
  severity: 'error',
  summary: 'A program of the monitoring is told to read a configuration that its container does not have.',
  why: `The image brings no file of that name and nothing is mounted there: the program says that it cannot open its
configuration, and exits. Whatever it would have exposed, routed or kept is missing, and the target that scrapes it is down.`,
  fix: 'Mount the file at the path that the flag names, or name the path at which it is mounted.',
  bad: { files: { 'docker-compose.yml': compose('') }, at: ['docker-compose.yml:5:9'] },
  good: {
    files: {
      'docker-compose.yml': compose('    volumes:\n      - ./mapping.yml:/etc/statsd/mapping.yml:ro\n'),
      'mapping.yml': 'mappings:\n  - match: "api.*.requests"\n    name: api_requests_total\n',
    },
  },
  check({ system, report }) {
    for (const { container } of composed(system)) {
      const { facts, service, args } = container;
      if (facts?.configFlags === undefined || service.build !== undefined || rewritesFiles(container))
        continue;
      const flag = facts.configFlags.flatMap((name) => flagValues(args, name)).at(-1);
      if (flag === undefined || !flag.text.startsWith('/') || isUnknown(flag.text)) continue;
      if (isOfImage(flag.text, facts.config, system) || container.at(flag.text).state !== 'image') continue;
      // One that stands elsewhere in the container is another rule's.
      if (
        misplacedConfig(
          container,
          facts.role === 'alertmanager' ? 'alertmanager' : 'prometheus',
          system.files,
        )
      )
        continue;
      report({
        at: flag.place,
        message: `nothing is mounted at "${flag.text}" in "${service.name}", which reads its configuration there: it does not start`,
        help: `mount the file there, such as "./${basename(flag.text)}:${flag.text}:ro"`,
      });
    }
  },
});

/**
 * Whether an image may bring a file of its own there: its default, or what it has beside that. A file of the name
 * that the repository has is the one that is meant.
 */
const isOfImage = (path: string, config: string | undefined, { files }: System): boolean =>
  config !== undefined &&
  dirname(path) === dirname(config) &&
  dirname(path) !== '/etc' &&
  (path === config || !files.all.some((file) => basename(file.path) === basename(path)));
