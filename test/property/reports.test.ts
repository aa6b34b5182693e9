import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Severity } from '../../src/config/config.ts';
import type { Finding } from '../../src/lint/finding.ts';
import { sourceText } from '../../src/repo/text.ts';
import { workflowCommand } from '../../src/report/github.ts';
import { dotGraph } from '../../src/report/graph/dot.ts';
import { mermaidGraph } from '../../src/report/graph/mermaid.ts';
import { systemGraph } from '../../src/report/graph/system-graph.ts';
import { html } from '../../src/report/html/escape.ts';
import { htmlReport } from '../../src/report/html/page.ts';
import { jsonReport, jsonText } from '../../src/report/json.ts';
import { escapeXml, junitReport } from '../../src/report/junit.ts';
import { escapeMarkdown, markdownReport } from '../../src/report/markdown.ts';
import { prettyReport } from '../../src/report/pretty.ts';
import { sarifReport } from '../../src/report/sarif.ts';
import { printable } from '../../src/report/text.ts';
import { toldBut } from '../report/systems.ts';
import { checkFiles } from '../support/check.ts';
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
    '"',
    "'",
    '</code>',
    '<script>',
    '</h3>',
    ']]>',
    '&amp;',
    '&#60;',
    '\u2028',
    '\u{e0041}',
    '\ud800',
    '../',
    '"] --> x[',
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
      expect(decoded(escaped)).toBe(printable(text).replace(/\n/g, ' '));
    });
  });
});

describe('HTML', () => {
  it('shows the text and does nothing else, between tags and in quotes', () => {
    holds(TEXT, (text) => {
      const { html: written } = html`<p title="${text}">${text}</p>`;
      const [, title = '', inside = ''] = /^<p title="([^"]*)">([^<]*)<\/p>$/.exec(written) ?? [];
      for (const shown of [title, inside]) {
        expect(shown).not.toMatch(/[<>"'`]/);
        expect(decoded(shown)).toBe(printable(text));
      }
    });
  });
});

describe('XML', () => {
  it('holds what it may hold, and says what was meant', () => {
    holds(TEXT, (text) => {
      const shown = escapeXml(text);
      expect(shown).not.toMatch(/[<>"]/);
      // The characters that XML 1.0 allows.
      expect(shown).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
      expect(decoded(shown)).toBe(wellFormed(printable(text)));
    });
  });
});

/** The text that references to characters stand for; a lone `&` is one that should have been written as such. */
function decoded(text: string): string {
  const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text.replace(/&(?:#(\d+);|(amp|lt|gt|quot);)?/g, (whole, code?: string, name?: string) => {
    if (whole === '&') throw new Error(`a lone & in ${text}`);
    return name === undefined ? String.fromCodePoint(Number(code)) : (NAMED[name] ?? '');
  });
}

/** Without what no encoding of a file can hold. */
const wellFormed = (text: string): string =>
  text.replace(/[\ud800-\udfff]/gu, '\ufffd').replace(/[\ufffe\uffff]/g, '\ufffd');

describe('what is printed', () => {
  it('has no control character and no mark that turns the direction of writing, or that nobody sees', () => {
    holds(TEXT, (text) => {
      expect(printable(text)).not.toMatch(
        /(?![\t\n])[\p{Cc}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u,
      );
    });
  });
});

describe('whole reports', () => {
  const LINE = TEXT.map((text) => text.replace(/[\r\n]/g, ' '));
  /** Findings whose every text is the repository's, on files whose names and contents are as well. */
  const found: fc.Arbitrary<Finding> = fc
    .record({
      file: TEXT.filter((text) => text !== ''),
      message: TEXT,
      help: fc.option(TEXT, { nil: undefined }),
      related: fc.option(TEXT, { nil: undefined }),
      line: LINE,
      severity: fc.constantFrom<Severity>('error', 'warning', 'notice'),
      from: fc.nat(12),
      length: fc.nat(12),
    })
    .map(({ file, message, help, related, line, severity, from, length }) => {
      const source = sourceText(file, line);
      const start = Math.min(from, line.length);
      const end = Math.min(start + length, line.length);
      const at = {
        file,
        source,
        span: { start, end },
        start: source.position(start),
        end: source.position(end),
      };
      return {
        ...{ rule: 'area/name', severity, confidence: 'high', message, help, at, fix: undefined },
        related: related === undefined ? [] : [{ at, message: related }],
      };
    });
  const list = fc
    .array(found, { minLength: 1, maxLength: 3 })
    // In the order of their files, whatever is written in the place of the names.
    .map((findings) =>
      findings.map((one, index) => ({ ...one, at: { ...one.at, file: `${index}${one.at.file}` } })),
    );
  const EMPTY = checkFiles({});

  /** The same findings with words in the place of every text. */
  const harmless = (findings: readonly Finding[]): Finding[] =>
    findings.map((one, index) => {
      const file = `${index}file`;
      const source = sourceText(file, 'x'.repeat(one.at.source.text.length));
      const at = { ...one.at, file, source };
      return {
        ...one,
        message: `message${index}`,
        help: one.help === undefined ? undefined : 'help',
        at,
        related: one.related.map(() => ({ at, message: 'related' })),
      };
    });

  /** The tags and the names of their attributes, in order; everything else must be text. */
  function structure(page: string): string[] {
    const TAG = /<!--[\s\S]*?-->|<(?:"[^"]*"|'[^']*'|[^<>"'])*>/g;
    expect(page.replace(TAG, '')).not.toMatch(/[<>]/);
    return [...page.matchAll(TAG)].map(([tag]) => tag.replace(/="[^"]*"/g, ''));
  }

  it('of HTML have the same tags whatever the texts are, and show the messages', () => {
    holds(list, (findings) => {
      const withoutProgram = (page: string): string =>
        page.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '').replace(/^<!doctype html>/, '');
      const page = withoutProgram(htmlReport({ ...EMPTY, findings }));
      expect(structure(page).filter((tag) => tag !== '<mark>' && tag !== '</mark>')).toEqual(
        structure(withoutProgram(htmlReport({ ...EMPTY, findings: harmless(findings) }))).filter(
          (tag) => tag !== '<mark>' && tag !== '</mark>',
        ),
      );
      const shown = [...page.matchAll(/<h3>([^<]*)<\/h3>/g)].map(([, text = '']) => decoded(text)).sort();
      expect(shown).toEqual(findings.map(({ message }) => printable(message)).sort());
    });
  });

  it('of JUnit are XML with the same elements whatever the texts are, and say the messages', () => {
    holds(list, (findings) => {
      const report = junitReport({ ...EMPTY, findings });
      expect(structure(report)).toEqual(structure(junitReport({ ...EMPTY, findings: harmless(findings) })));
      const said = [...report.matchAll(/ message="([^"]*)"/g)].map(([, text = '']) => decoded(text)).sort();
      expect(said).toEqual(findings.map(({ message }) => wellFormed(printable(message))).sort());
    });
  });

  it('of SARIF name each file by an address that leads back to it, and each place by numbers from 1', () => {
    interface Log {
      readonly runs: readonly [
        {
          readonly results: readonly {
            readonly message: { readonly text: string };
            readonly locations: readonly [
              {
                readonly physicalLocation: {
                  readonly artifactLocation: { readonly uri: string };
                  readonly region: Readonly<Record<string, number>>;
                };
              },
            ];
          }[];
        },
      ];
    }
    holds(list, (findings) => {
      const { results } = (JSON.parse(sarifReport({ ...EMPTY, findings })) as Log).runs[0];
      const said = results.map(({ message, locations: [{ physicalLocation }] }) => {
        const { uri } = physicalLocation.artifactLocation;
        // The characters of a path of an address (RFC 3986).
        expect(uri).toMatch(/^(?:[A-Za-z0-9\-._~!$&'()*+,;=@/]|%[0-9A-F]{2})*$/);
        for (const number of Object.values(physicalLocation.region)) expect(number).toBeGreaterThan(0);
        return JSON.stringify([decodeURIComponent(uri), message.text]);
      });
      expect(said.sort()).toEqual(
        findings
          .map(({ at, message, help }) =>
            JSON.stringify([
              at.file.replace(/[\ud800-\udfff]/gu, '\ufffd'),
              printable(help === undefined ? message : `${message}\n${help}`),
            ]),
          )
          .sort(),
      );
    });
  });

  it('of Markdown have the same lines and tags whatever the texts are', () => {
    holds(list, (findings) => {
      const report = markdownReport({ ...EMPTY, findings });
      const plain = markdownReport({ ...EMPTY, findings: harmless(findings) });
      const shape = (text: string): string[] =>
        text.split('\n').map((line) => line.replace(/^(#+ |- |> )?.*$/, '$1') + structure(line).join(''));
      expect(shape(report)).toEqual(shape(plain));
    });
  });

  it('of JSON say every text as it is, without a character that a terminal would obey', () => {
    holds(list, (findings) => {
      const text = jsonText(jsonReport({ ...EMPTY, findings }));
      expect(text).not.toMatch(/(?!\n)[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u);
      const report = JSON.parse(text) as { findings: { message: string; file: string }[] };
      expect(report.findings.map(({ message, file }) => JSON.stringify([file, message])).sort()).toEqual(
        findings.map(({ at, message }) => JSON.stringify([at.file, message])).sort(),
      );
    });
  });

  it('for people have no character that a terminal would obey', () => {
    holds(list, (findings) => {
      const text = prettyReport({ ...EMPTY, findings }, { color: false, width: 100, quiet: false });
      expect(text).not.toMatch(/(?![\n\t])[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u);
    });
  });
});

describe('pictures', () => {
  const NAME = TEXT.map((text) => text.trim()).filter((text) => text !== '');
  /** The system with names of the repository's in every box. */
  const drawn = ([job, group, alert, receiver]: readonly string[]) =>
    systemGraph(
      toldBut({
        'prometheus.yml': JSON.stringify({
          rule_files: ['rules.yml'],
          alerting: { alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }] },
          scrape_configs: [{ job_name: `a${job}`, static_configs: [{ targets: ['api:8000'] }] }],
        }),
        'rules.yml': JSON.stringify({
          groups: [
            {
              name: `b${group}`,
              rules: [{ alert: `c${alert}`, expr: 'up == 0', labels: { severity: 'critical' } }],
            },
          ],
        }),
        'alertmanager.yml': JSON.stringify({
          route: { receiver: `d${receiver}` },
          receivers: [{ name: `d${receiver}`, webhook_configs: [{ url_file: '/run/url' }] }],
        }),
      }),
    );
  const plain = drawn(['x', 'x', 'x', 'x']);
  const names = fc
    .tuple(NAME, NAME, NAME, NAME)
    .filter((list) => list.every((name) => !/[\ud800-\udfff]/u.test(name)));

  it('in Mermaid have the same boxes and lines whatever the names are', () => {
    const shape = (text: string): string => text.replace(/"[^"\n]*"/g, '""');
    holds(names, (list) => {
      const text = mermaidGraph(drawn(list));
      expect(shape(text)).toBe(shape(mermaidGraph(plain)));
      for (const [, label = ''] of text.matchAll(/"([^"\n]*)"/g))
        expect(label.replace(/<br\/>|#\d+;/g, '')).toMatch(/^[\p{L}\p{N} ,/_•…-]*$/u);
    });
  });

  it('for Graphviz have the same boxes and lines whatever the names are', () => {
    const shape = (text: string): string => text.replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
    holds(names, (list) => {
      expect(shape(dotGraph(drawn(list)))).toBe(shape(dotGraph(plain)));
    });
  });
});
