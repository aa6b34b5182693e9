import pc from 'picocolors';
import { RULES } from '../../rules/index.ts';
import type { Rule } from '../lint/rule.ts';
import { wrap } from '../report/text.ts';
import { UsageError } from '../usage.ts';
import { nearest } from '../words.ts';
import { oneLineFindings } from './example.ts';

/** The catalogue: one line a rule. */
export function ruleList(color: boolean, width: number): string {
  const colors = pc.createColors(color);
  const longest = Math.max(...RULES.map(({ id }) => id.length));
  const lines = RULES.map(({ id, severity, preset, summary }) => {
    const level = preset === 'strict' ? `${severity}, strict` : severity;
    const paint = severity === 'error' ? colors.red : severity === 'warning' ? colors.yellow : colors.blue;
    const [first = '', ...rest] = wrap(summary, Math.max(30, width - longest - 19));
    const indent = ' '.repeat(longest + 19);
    return [
      `${id.padEnd(longest)}  ${paint(level.padEnd(15))}  ${first}`,
      ...rest.map((line) => indent + line),
    ].join('\n');
  });
  return `${lines.join('\n')}\n`;
}

/** The catalogue for programs. */
export const ruleJson = (): string =>
  `${JSON.stringify(
    RULES.map(({ id, severity, preset, confidence, summary, why, fix }) => ({
      id,
      severity,
      preset,
      confidence,
      summary,
      why: plain(why),
      fix: plain(fix),
    })),
    undefined,
    2,
  )}\n`;

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** One rule, whole: why, a bad and a good example with what is said of it, how to mend it, how to switch it off. */
export function explainRule(id: string, color: boolean, width: number): string {
  const rule = RULES.find((other) => other.id === id);
  if (rule === undefined) {
    const close = nearest(
      id,
      RULES.map((other) => other.id),
    );
    throw new UsageError(
      `there is no rule "${id}"${close === undefined ? '; monitoring-check rules lists them' : `; did you mean ${close}?`}`,
    );
  }
  const colors = pc.createColors(color);
  const block = (title: string, lines: readonly string[]): string =>
    `${colors.bold(title)}\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}`;
  const prose = (text: string): string[] => wrap(plain(text), Math.min(width, 100) - 2);
  return `${[
    `${colors.bold(rule.id)}  ${colors.dim(`${rule.severity}, ${rule.preset}, confidence ${rule.confidence}`)}\n  ${rule.summary}`,
    block('Why', prose(rule.why)),
    block('Bad', [...exampleLines(rule.bad.files), '', ...oneLineFindings(rule)]),
    block('Good', exampleLines(rule.good.files)),
    block('How to mend it', prose(rule.fix)),
    block('How to switch it off', [
      `one place:   # monitoring-check: ignore[${rule.id}] the reason`,
      `everywhere:  rules: { ${rule.id}: off }   in monitoring-check.yml`,
    ]),
  ].join('\n\n')}\n`;
}

function exampleLines(files: Rule['bad']['files']): string[] {
  return Object.entries(files).flatMap(([path, content], index) => [
    ...(index > 0 ? [''] : []),
    `── ${path}`,
    ...content.trimEnd().split('\n'),
  ]);
}
