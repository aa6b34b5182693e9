import { defineRule } from '../../src/lint/rule.ts';
import { entries, items, type Node, type Place, within } from '../../src/repo/node.ts';
import { variablesOf } from '../../src/stack/compose/interpolate.ts';
import type { Project } from '../../src/stack/compose/project.ts';
import { examplesOf, isSetAnyway, variablesToldOf } from '../../src/stack/compose/variables.ts';
import { composed, type System } from '../../src/stack/system.ts';
import { shortList } from '../../src/words.ts';

const compose = (password: string): string => `services:
  grafana:
    image: grafana/grafana:12.0.2
    environment:
      GF_SECURITY_ADMIN_PASSWORD: ${password}
    volumes:
      - grafana-data:/var/lib/grafana
volumes:
  grafana-data:
`;

export const rule = defineRule({
  id: 'compose/undefined-variable',
  severity: 'notice',
  summary: 'A variable that nothing in the repository sets or writes down.',
  why: `Docker Compose puts nothing in its place and goes on with a warning that scrolls by: an empty password, a volume
at the root, a command that the shell in the container was to complete. Nobody who checks the repository out knows
that the variable is there to be set.`,
  fix: `Write a default (\`\${NAME:-value}\`), let compose refuse to go on (\`\${NAME:?what it is}\`), or write the variable
down in \`.env.example\`. A dollar for the container's own shell is written twice: \`$$NAME\`.`,
  bad: { files: { 'docker-compose.yml': compose('${GRAFANA_PASSWORD}') }, at: ['docker-compose.yml:5:35'] },
  good: { files: { 'docker-compose.yml': compose('${GRAFANA_PASSWORD:?set it in .env}') } },
  check({ system, report }) {
    let told: ReadonlySet<string> | undefined;
    const byFile = new Map<string, Map<string, Use>>();
    for (const project of new Set(composed(system).map((one) => one.project))) {
      if (isPrivate(project, system)) continue;
      for (const use of usesOf(project, system)) {
        if (project.environment.get(use.name) !== undefined || isSetAnyway(use.name)) continue;
        told ??= variablesToldOf(system.files);
        if (told.has(use.name)) continue;
        const { path } = use.node.doc.source;
        const found = byFile.get(path) ?? new Map<string, Use>();
        byFile.set(path, found);
        if (!found.has(use.name)) found.set(use.name, use);
      }
    }
    for (const found of byFile.values()) {
      const [first, ...others] = [...found.values()] as [Use, ...Use[]];
      const { node, name } = first;
      const isCommand = node.path.some((key) => key === 'command' || key === 'entrypoint' || key === 'test');
      const names = shortList([...found.keys()].map((one) => `"${one}"`));
      report({
        at: placeOf(first),
        message: `nothing in the repository sets ${names} or writes ${others.length === 0 ? 'it' : 'them'} down: compose puts nothing in ${others.length === 0 ? 'its' : 'their'} place and goes on`,
        help: isCommand
          ? `if the container's own shell is to read it, write "$$${name}"; otherwise give it a default: \${${name}:-…}`
          : `give it a default, \${${name}:-…}, or let compose stop without it: \${${name}:?…}`,
        related: others.slice(0, 8).map((use) => ({ at: placeOf(use), message: `"${use.name}"` })),
      });
    }
  },
});

const placeOf = ({ node, start, end }: Use): Place => within(node, { start, end });

interface Use {
  readonly name: string;
  readonly node: Node;
  readonly start: number;
  readonly end: number;
}

/** Variables without a default in every text of a project's files. */
function usesOf(project: Project, { files }: System): Use[] {
  return [...project.allPaths].flatMap((path) =>
    files
      .at(path)
      .filter(({ kind }) => kind === 'compose')
      .flatMap(({ node }) => texts(node))
      .flatMap((node) =>
        variablesOf(node.value as string)
          .filter(({ hasDefault }) => !hasDefault)
          .map(({ name, start, end }) => ({ name, node, start, end })),
      ),
  );
}

function texts(node: Node): Node[] {
  if (typeof node.value === 'string') return node.value.includes('$') ? [node] : [];
  return [...items(node), ...entries(node).map(([, value]) => value)].flatMap(texts);
}

/** Whether the values are kept out of git and no example tells of them: then they may well be set. */
function isPrivate({ folder }: Project, { files }: System): boolean {
  const path = folder === '' ? '.env' : `${folder}/.env`;
  return files.repo.isIgnored(path) && examplesOf(files, path).length === 0;
}
