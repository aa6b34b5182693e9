import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lint/finding.ts';
import { sourceText } from '../../src/repo/text.ts';
import { workflowCommand } from '../../src/report/github.ts';
import { escapeMarkdown } from '../../src/report/markdown.ts';
import { printable } from '../../src/report/text.ts';
import { holds, soup } from '../support/property.ts';

const TEXT = fc.oneof(
  fc.string({ unit: 'binary' }),
  soup([
    '::',
    'error',
    '\n',
    '\r',
    '%',
    '%0A',
    '%25',
    ',',
    ':',
    '=',
    '<',
    '>',
    '&',
    '|',
    '`',
    '*',
    '[a](b)',
    '\u001b[31m',
    '\u202e',
    '@a',
    '#1',
    '-',
    '\\',
  ]),
);

const finding = ([file, message, help]: readonly [string, string, string | undefined]): Finding => {
  const source = sourceText(file, '');
  const start = { line: 1, column: 1 };
  return {
    rule: 'area/name',
    severity: 'error',
    confidence: 'high',
    message,
    help,
    at: { file, source, span: { start: 0, end: 0 }, start, end: start },
    related: [],
    fix: undefined,
  };
};

/** How a runner reads a command's message and its properties back. */
const readBack = (text: string): string =>
  text
    .replace(/%0D/g, '\r')
    .replace(/%0A/g, '\n')
    .replace(/%3A/g, ':')
    .replace(/%2C/g, ',')
    .replace(/%25/g, '%');

describe('workflow commands', () => {
  it('are one line that says what was meant, whatever the texts hold', () => {
    holds(fc.tuple(TEXT, TEXT, fc.option(TEXT, { nil: undefined })), (texts) => {
      const command = workflowCommand(finding(texts));
      expect(command).not.toMatch(/[\r\n]/);
      const [, properties, data] = /^::error ((?:[^:]|%3A)*)::(.*)$/su.exec(command) ?? [];
      expect(properties).toBeDefined();
      const [file, message, help] = texts;
      const read = Object.fromEntries(
        (properties as string).split(',').map((pair) => {
          const at = pair.indexOf('=');
          return [pair.slice(0, at), readBack(pair.slice(at + 1))];
        }),
      );
      expect(read.file).toBe(printable(file));
      expect(readBack(data as string)).toBe(printable(help === undefined ? message : `${message}\n${help}`));
    });
  });
});

describe('Markdown', () => {
  it('shows the text and does nothing else', () => {
    holds(TEXT, (text) => {
      const escaped = escapeMarkdown(text);
      expect(escaped.replace(/&#\d+;/g, '')).not.toMatch(/[\\`*_{}[\]()#+!|~<>&@\n]/);
      expect(escaped.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))).toBe(
        printable(text).replace(/\n/g, ' '),
      );
    });
  });
});

describe('what is printed', () => {
  it('has no control character and no mark that turns the direction of writing', () => {
    holds(TEXT, (text) => {
      expect(printable(text)).not.toMatch(/(?![\t\n])[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u);
    });
  });
});
