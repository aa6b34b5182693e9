import { defineRule } from '../../src/lint/rule.ts';
import { entries, items, type Node, within } from '../../src/repo/node.ts';
import type { Span } from '../../src/repo/text.ts';
import { variablesOf } from '../../src/stack/compose/interpolate.ts';
import { composed } from '../../src/stack/system.ts';

const compose = (command: string): string => `services:
  node-exporter:
    image: prom/node-exporter:v1.9.1
    entrypoint: ["/bin/sh", "-c"]
    command:
      - ${command}
`;

export const rule = defineRule({
  id: 'compose/invalid-interpolation',
  severity: 'error',
  summary: 'A "${" that Docker Compose cannot read.',
  why: `Compose reads \`\${…}\` itself, before any shell does, and knows only names and defaults. Anything else, such as
the shell's \`\${name%.*}\`, makes it refuse the whole project: "invalid interpolation format". Nothing starts.`,
  fix: 'Write the dollar twice: `$${name%.*}`. Compose passes it on as one.',
  bad: {
    files: { 'docker-compose.yml': compose('exec node_exporter --path.rootfs=${ROOTFS%/}') },
    at: ['docker-compose.yml:6:42'],
  },
  good: { files: { 'docker-compose.yml': compose('exec node_exporter --path.rootfs=$${ROOTFS%/}') } },
  check({ system, report }) {
    const { files } = system;
    const paths = new Set(composed(system).flatMap(({ project }) => [...project.allPaths]));
    for (const path of paths) {
      for (const { kind, node } of files.at(path)) {
        if (kind !== 'compose') continue;
        for (const text of texts(node)) {
          for (const span of invalidIn(text.value as string)) {
            const written = (text.value as string).slice(span.start, span.end);
            report({
              at: within(text, span),
              message: `compose cannot read "${written}": it refuses to start anything`,
              help: `if the container's own shell is to read it, write "$${written}"`,
            });
          }
        }
      }
    }
  },
});

function texts(node: Node): Node[] {
  if (typeof node.value === 'string') return node.value.includes('${') ? [node] : [];
  return [...items(node), ...entries(node).map(([, value]) => value)].flatMap(texts);
}

/**
 * Where a text has `${` and neither a name nor a name with a default behind it (compose-spec,
 * "Interpolation").
 */
function invalidIn(text: string): Span[] {
  const spans: Span[] = [];
  // What stands in a default is read only where the default is taken, and that is not known.
  const known = variablesOf(text);
  const dollar = /\$(?:\$|\{)/g;
  for (let match = dollar.exec(text); match !== null; match = dollar.exec(text)) {
    const { index } = match;
    if (match[0] === '$$' || known.some(({ start, end }) => index > start && index < end)) continue;
    const rest = text.slice(index);
    if (/^\$\{[A-Za-z_]\w*(?:\}|:?[-?+])/.test(rest)) continue;
    const end = rest.indexOf('}');
    spans.push({ start: index, end: index + (end < 0 ? Math.min(rest.length, 12) : end + 1) });
  }
  return spans;
}
