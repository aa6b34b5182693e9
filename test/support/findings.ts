import type { Severity } from '../../src/config/config.ts';
import type { Finding } from '../../src/lint/finding.ts';
import { sourceText } from '../../src/repo/text.ts';

/** A finding that a test makes up, for what only reports it. */
export function finding(
  rule: string,
  file: string,
  line: number,
  rest: Partial<Pick<Finding, 'message' | 'help' | 'severity'>> = {},
): Finding {
  const severity: Severity = rest.severity ?? 'error';
  return {
    rule,
    severity,
    confidence: 'high',
    message: rest.message ?? `what is wrong in ${file}`,
    help: rest.help,
    at: {
      file,
      start: { line, column: 3 },
      end: { line, column: 9 },
      span: { start: 0, end: 6 },
      source: sourceText(file, ''),
    },
    related: [],
    fix: undefined,
  };
}
