import { RULES } from '../../rules/index.ts';
import { checkFiles, oneLine, type Repository } from './check.ts';

/** All that the rules of an area say of a repository, whatever their preset: the finding, what to do, and where else it is shown. */
export function saidIn(area: string, files: Repository): string[] {
  const rules = RULES.filter(({ id, bad }) => id.startsWith(`${area}/`) && bad.needs === undefined);
  const severities = new Map(rules.map(({ id, severity }) => [id, severity]));
  return checkFiles(files, { rules, severities })
    .findings.filter(({ rule }) => rules.some(({ id }) => id === rule))
    .map((finding) => {
      const related = finding.related.map(({ at, message }) => `${message} ${at.file}:${at.start.line}`);
      return [oneLine(finding), finding.help, ...related].filter((part) => part !== undefined).join('; ');
    });
}
