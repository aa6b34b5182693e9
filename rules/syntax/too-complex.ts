import { defineRule } from '../../src/lint/rule.ts';

const anchors = (depth: number): string => {
  const lines = ['x-0: &a0 [a, a, a, a, a, a, a, a, a, a]'];
  for (let level = 1; level < depth; level++)
    lines.push(
      `x-${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  return `${lines.join('\n')}\nservices:\n  api:\n    image: example/api:1.0\n`;
};

export const rule = defineRule({
  id: 'syntax/too-complex',
  severity: 'error',
  summary: 'A file whose aliases or nesting make it too large to be read.',
  why: `A few lines of aliases that refer to one another stand for billions of values, and a few kilobytes of brackets for
a depth that no program follows. Whatever reads such a file runs out of memory or refuses it.`,
  fix: 'Write the values out, or take the aliases of aliases apart.',
  bad: { files: { 'docker-compose.yml': anchors(8) }, at: ['docker-compose.yml:1:1'] },
  good: { files: { 'docker-compose.yml': anchors(2) } },
  check({ system, report }) {
    for (const { source, problems } of system.files.faulty) {
      const problem = problems.find(({ kind }) => kind === 'aliases' || kind === 'depth');
      if (problem === undefined) continue;
      const { line } = source.position(problem.span.start);
      const end = source.text.indexOf('\n', problem.span.start);
      report({
        at: {
          source,
          span: { start: problem.span.start, end: end < 0 || line === 0 ? problem.span.end : end },
        },
        message: `"${source.path}" is not read: ${problem.message}`,
        help: 'write the values out',
      });
    }
  },
});
