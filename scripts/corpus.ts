import { bySeverity } from '../src/lint/finding.ts';
import { matrixOf } from '../src/report/matrix.ts';
import { checkDisk, oneLine } from '../test/support/check.ts';
import { corpusDisk, corpusFolders, hasCorpus } from '../test/support/corpus.ts';

/**
 * Prints every finding on the corpus of real repositories, to be read against the files:
 * node scripts/run.mjs scripts/corpus.ts [FOLDER] [--rule=ID] [--severity=error] [--matrix]
 */
const options = new Map(
  process.argv
    .slice(2)
    .flatMap((arg) => (arg.startsWith('--') ? [arg.slice(2).split('=') as [string, string]] : [])),
);
const folder = process.argv.slice(2).find((arg) => !arg.startsWith('--'));
if (!hasCorpus) throw new Error('the corpus does not stand beside the project');
const counts = new Map<string, number>();
for (const name of corpusFolders().filter((other) => folder === undefined || other.includes(folder))) {
  const result = checkDisk(corpusDisk(name), options.has('strict') ? { preset: 'strict' } : {});
  const wanted = result.findings.filter(
    ({ rule, severity }) =>
      (!options.has('rule') || rule.startsWith(options.get('rule') as string)) &&
      (!options.has('severity') || severity === options.get('severity')),
  );
  for (const finding of [...wanted].sort(bySeverity)) {
    counts.set(
      `${finding.severity} ${finding.rule}`,
      (counts.get(`${finding.severity} ${finding.rule}`) ?? 0) + 1,
    );
    if (!options.has('counts')) console.log(`${name}/  ${oneLine(finding)}`);
  }
  if (options.has('matrix')) {
    for (const row of matrixOf(result.chains))
      console.log(
        `${name}/  path ${row.name}: ${row.links.map((link) => `${link.name} ${link.mark}`).join(', ')}`,
      );
  }
}
for (const [rule, count] of [...counts].sort()) console.log(`${String(count).padStart(5)} ${rule}`);
