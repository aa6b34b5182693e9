import { defineRule } from '../../src/lint/rule.ts';
import { kindByName } from '../../src/repo/classify.ts';
import type { Document } from '../../src/repo/document.ts';
import { isTestData } from '../../src/repo/path.ts';
import { UNREADABLE_MEANS } from '../../src/stack/consequence.ts';
import { loadedFiles } from '../../src/stack/loaded.ts';

const alerts = (summary: string): string => `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        annotations:
          summary: ${summary}
`;

export const rule = defineRule({
  id: 'syntax/invalid',
  severity: 'error',
  peers: ['pint yaml/parse'],
  summary: 'YAML or JSON that does not parse.',
  why: `Nothing of the file takes effect. Most programs refuse to start with it; a Prometheus that runs already keeps its
old rules when it is told to reload, says so in its log only, and the new alert is never evaluated.`,
  fix: `Mend the place. A value that begins with \`{\`, \`[\`, \`%\`, \`@\` or \`*\`, or that holds \`: \` or \` #\`, belongs
into quotes; lines are indented with spaces only.`,
  bad: {
    files: { 'alerts.yml': alerts('{{ $labels.instance }} is down') },
    at: ['alerts.yml:7:20'],
  },
  good: { files: { 'alerts.yml': alerts('"{{ $labels.instance }} is down"') } },
  check({ system, report }) {
    const { files } = system;
    const loaded = loadedFiles(system);
    const documents = new Set<Document>(files.faulty);
    for (const path of loaded.keys()) {
      const document = files.document(path);
      if (document !== undefined) documents.add(document);
    }
    for (const { source, problems } of documents) {
      const problem = problems.find(({ kind }) => kind === 'syntax');
      if (problem === undefined) continue;
      const via = loaded.get(source.path);
      const kind = files.at(source.path)[0]?.kind ?? kindByName(source.path);
      // A broken file that looks like nothing known matters only to who loads it.
      if (via === undefined && (kind === undefined || isTestData(source.path))) continue;
      report({
        at: { source, span: problem.span },
        message: `${problem.message}: ${kind === undefined ? 'the file cannot be read' : UNREADABLE_MEANS[kind]}`,
        ...(problem.help === undefined ? {} : { help: problem.help }),
      });
    }
  },
});
