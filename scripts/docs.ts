import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { RULES } from '../rules/index.ts';
import { oneLineFindings } from '../src/commands/example.ts';
import { configSchema } from '../src/config/schema.ts';
import type { ExampleFiles, Rule } from '../src/lint/rule.ts';
import { reportSchema } from '../src/report/json-schema.ts';
import { comparisonPage } from './comparison.ts';

/** Writes docs/rules/ from the rules, and the published schemas: what they say is what the program does. */
rmSync('docs/rules', { recursive: true, force: true });
for (const rule of RULES) {
  mkdirSync(`docs/rules/${area(rule)}`, { recursive: true });
  writeFileSync(`docs/rules/${rule.id}.md`, page(rule));
}
writeFileSync('docs/rules/README.md', index());
writeFileSync('docs/comparison.md', comparisonPage());
mkdirSync('schemas', { recursive: true });
writeFileSync('schemas/monitoring-check.schema.json', `${JSON.stringify(configSchema, undefined, 2)}\n`);
writeFileSync('schemas/report.schema.json', `${JSON.stringify(reportSchema, undefined, 2)}\n`);

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
