import { defineRule } from '../../src/lint/rule.ts';
import type { Node } from '../../src/repo/node.ts';
import { composed } from '../../src/stack/system.ts';
import { shortList } from '../../src/words.ts';

const compose = (rights: string): string => `services:
  cadvisor:
    image: gcr.io/cadvisor/cadvisor:v0.52.1
${rights}`;

export const rule = defineRule({
  id: 'security/privileged',
  severity: 'warning',
  summary: 'A container runs with all rights on the host.',
  why: `A privileged container sees every device and may do everything that the host's kernel allows: leaving it takes
one command. Collectors of metrics need much less.`,
  fix: `Give it what it needs: \`devices\`, \`cap_add\`, read-only mounts. For cAdvisor the device \`/dev/kmsg\` and the
capability \`SYSLOG\` do; node-exporter needs none.`,
  bad: {
    files: { 'docker-compose.yml': compose('    privileged: true\n') },
    at: ['docker-compose.yml:4:17'],
  },
  good: {
    files: {
      'docker-compose.yml': compose('    devices:\n      - /dev/kmsg:/dev/kmsg\n    cap_add: [SYSLOG]\n'),
    },
  },
  check({ system, report }) {
    const seen = new Map<string, { names: Set<string>; node: Node; isLens: boolean }>();
    for (const { container } of composed(system)) {
      const { service, image, facts } = container;
      const node = service.field('privileged');
      // Docker in Docker does not run without.
      if (node?.value !== true || image === 'docker' || /\bdind\b/.test(service.image?.text ?? '')) continue;
      // Services that share one line, through an anchor or a base, share one finding.
      const { start } = node.doc.span(node.index, node.path, 'value');
      const key = `${node.doc.source.path}\0${start}`;
      const known = seen.get(key) ?? { names: new Set(), node, isLens: facts?.watches === 'containers' };
      known.names.add(`"${service.name}"`);
      seen.set(key, known);
    }
    for (const { names, node, isLens } of seen.values()) {
      report({
        at: { node },
        message: `${shortList([...names])} ${names.size === 1 ? 'runs' : 'run'} with all rights on the host: whoever takes over the container takes over the host`,
        help: isLens
          ? 'give it the device /dev/kmsg and cap_add: [SYSLOG] instead, which is what it needs'
          : 'give it the devices and capabilities that it needs instead',
      });
    }
  },
});
