import { defineRule } from '../../src/lint/rule.ts';
import { below } from '../../src/repo/path.ts';
import { type Container, rewritesFiles } from '../../src/stack/container.ts';
import { filesInContainers } from '../../src/stack/loaded.ts';
import { misplacedConfig } from '../../src/stack/misplaced.ts';
import { configPath } from '../../src/stack/prometheus.ts';
import type { Stack, System } from '../../src/stack/system.ts';

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
  summary: 'An Alertmanager configuration that is mounted where Alertmanager does not look for it.',
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
    for (const { stack, container } of system.stacks.flatMap((one) =>
      one.alertmanagers.map((alertmanager) => ({ stack: one, container: alertmanager.container })),
    )) {
      const misplaced = container && misplacedConfig(container, 'alertmanager', system.files);
      const [first] = misplaced?.found ?? [];
      if (container === undefined) continue;
      if (misplaced === undefined || first === undefined) {
        const left = leftOut(container, stack, system);
        const image = container.service.field('image');
        if (left !== undefined && image !== undefined)
          report({
            at: { node: image },
            message: `nothing is mounted at "${container.facts?.config}", so "${container.service.name}" runs with the configuration of its image: the receivers of "${left.path}" are never told`,
            help: `mount it: ./${left.source}:${container.facts?.config}:ro`,
          });
        continue;
      }
      const { path, flag, hasDefault } = misplaced;
      report({
        at: flag ?? first.via,
        message: `"${container.service.name}" reads "${path}", and "${first.path}" is mounted at "${first.target}": ${hasDefault ? 'it runs with the configuration of its image, and its receivers are never told' : 'it does not start'}`,
        help: flag ? `write --config.file=${first.target}` : `mount it at "${path}"`,
        related: flag ? [{ at: first.via, message: `"${first.path}" is mounted here` }] : [],
        // Docker refuses a file in the place of a folder, before the program looks for it.
        followsFrom: [{ place: first.via, by: 'compose/bind-type-mismatch' }],
      });
    }
  },
});

interface LeftOut {
  readonly path: string;
  /** The path as the compose file would mount it. */
  readonly source: string;
}

/** The one configuration of the repository that no container has, for an Alertmanager that has none. */
function leftOut(container: Container, { project }: Stack, system: System): LeftOut | undefined {
  const { facts, service } = container;
  const path = configPath(container);
  if (facts?.config === undefined || path !== facts.config || service.build !== undefined) return undefined;
  if (rewritesFiles(container) || container.at(path).state !== 'image') return undefined;
  const [own, ...others] = system.files.of('alertmanager').filter(({ node }) => node.path.length === 0);
  if (own === undefined || others.length > 0 || filesInContainers(system).has(own.path)) return undefined;
  const source = below(project?.folder ?? '', own.path);
  return source === undefined ? undefined : { path: own.path, source };
}
