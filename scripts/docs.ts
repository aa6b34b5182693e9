import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { RULES } from '../rules/index.ts';
import { oneLineFindings } from '../src/commands/example.ts';
import { configSchema } from '../src/config/schema.ts';
import type { ExampleFiles, Rule } from '../src/lint/rule.ts';
import { graphSchema } from '../src/report/graph/json-schema.ts';
import { reportSchema } from '../src/report/json-schema.ts';
import type { JsonSchema } from '../src/schema/json-schema.ts';
import { comparisonPage } from './comparison.ts';

/** Writes docs/rules/ from the rules, and the published schemas: what they say is what the program does. */
rmSync('docs/rules', { recursive: true, force: true });
for (const rule of RULES) {
  mkdirSync(`docs/rules/${area(rule)}`, { recursive: true });
  writeFileSync(`docs/rules/${rule.id}.md`, page(rule));
}
writeFileSync('docs/rules/README.md', index());
writeFileSync('docs/config.md', configPage(configSchema));
writeFileSync('docs/comparison.md', comparisonPage());
mkdirSync('schemas', { recursive: true });
writeFileSync('schemas/monitoring-check.schema.json', `${JSON.stringify(configSchema, undefined, 2)}\n`);
writeFileSync('schemas/graph.schema.json', `${JSON.stringify(graphSchema, undefined, 2)}\n`);
writeFileSync('schemas/report.schema.json', `${JSON.stringify(reportSchema, undefined, 2)}\n`);

/** The reference of the configuration, from its schema. */
function configPage(schema: JsonSchema): string {
  const rows = (properties: Readonly<Record<string, JsonSchema>>): string =>
    Object.entries(properties)
      .map(
        ([key, one]) =>
          `| \`${key}\` | ${typeText(one)} | ${one.description ?? ''}${one.default === undefined ? '' : ` Default: \`${String(one.default)}\`.`} |`,
      )
      .join('\n');
  const table = (properties: JsonSchema['properties'] = {}): string =>
    `| key | value | what it says |\n| --- | --- | --- |\n${rows(properties)}\n`;
  const parts = Object.entries(schema.properties ?? {}).flatMap(([key, one]) => {
    const inner = one.items?.properties ?? one.properties;
    return inner === undefined ? [] : [`## ${key}\n\n${one.description ?? ''}\n\n${table(inner)}`];
  });
  return `# Configuration

Written by \`scripts/docs.ts\` from the schema of the configuration. The file is \`monitoring-check.yml\` in the root of what is
checked; every key is optional, and an unknown one is refused with a suggestion. \`monitoring-check init\` writes a first one,
and [schemas/monitoring-check.schema.json](../schemas/monitoring-check.schema.json) lets editors complete it.

${table(schema.properties)}
${parts.join('\n')}`;
}

function typeText(schema: JsonSchema): string {
  const words = schema.enum?.map((word) => `\`${String(word)}\``).join(', ');
  if (words !== undefined) return words;
  if (schema['x-expected'] !== undefined) return schema['x-expected'];
  if (schema.items !== undefined)
    return `list of ${schema.items.type === 'object' ? 'maps, below' : 'texts'}`;
  if (schema.properties !== undefined) return 'map, below';
  return schema.type === 'object' ? 'map' : schema.type === 'string' ? 'text' : String(schema.type ?? 'any');
}

function area({ id }: Rule): string {
  return id.split('/')[0] as string;
}

function index(): string {
  const areas = [...new Set(RULES.map(area))];
  const tables = areas.map((name) => {
    const rows = RULES.filter((rule) => area(rule) === name).map(
      (rule) =>
        `| [${rule.id}](${rule.id}.md) | ${rule.severity} | ${rule.preset} | ${rule.summary.replace(/\|/g, '\\|')} |`,
    );
    return `## ${name}\n\n| rule | severity | preset | finds |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# Rules\n\nWritten by \`scripts/docs.ts\` from the rules themselves. \`monitoring-check explain RULE\` shows a page in the terminal.\n\n${tables.join('\n')}`;
}

function page(rule: Rule): string {
  const found = oneLineFindings(rule).join('\n');
  return `# ${rule.id}

${rule.summary}

Severity ${rule.severity}, preset ${rule.preset}, confidence ${rule.confidence}.

## Why

${rule.why.trim()}

## Bad

${blocks(rule.bad.files)}

\`\`\`text
${found}
\`\`\`

## Good

${blocks(rule.good.files)}

## How to mend it

${rule.fix.trim()}

## How to switch it off

In one place, on the line or above it: \`# monitoring-check: ignore[${rule.id}] the reason\`. Everywhere, in
\`monitoring-check.yml\`:

\`\`\`yaml
rules:
  ${rule.id}: off
\`\`\`
`;
}

function blocks(files: ExampleFiles): string {
  return Object.entries(files)
    .map(([path, content]) => {
      if (path.endsWith('/')) return `The folder \`${path}\`, empty.`;
      const language = /\.json$/.test(path)
        ? 'json'
        : /\.ya?ml$|\.rules$/.test(path)
          ? 'yaml'
          : /Dockerfile/.test(path)
            ? 'dockerfile'
            : 'text';
      const fence = content.includes('```') ? '````' : '```';
      return `\`${path}\`\n\n${fence}${language}\n${content.trimEnd()}\n${fence}`;
    })
    .join('\n\n');
}
