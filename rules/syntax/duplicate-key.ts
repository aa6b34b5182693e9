import type { Edit } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { type Kind, kindByName } from '../../src/repo/classify.ts';
import { isTestData } from '../../src/repo/path.ts';
import type { SourceText, Span } from '../../src/repo/text.ts';
import { UNREADABLE_MEANS } from '../../src/stack/consequence.ts';

const compose = (more: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
${more}`;
const PROMETHEUS = `scrape_configs:
  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
`;

export const rule = defineRule({
  id: 'syntax/duplicate-key',
  severity: 'error',
  peers: ['pint yaml/parse'],
  summary: 'A key that is written twice in one map.',
  why: `Programs written in Go, which are Prometheus, Grafana, Loki and Docker Compose, refuse YAML that has a key twice.
Others, and all that read JSON, take the last one and drop the first without a word: half of what is written there
never takes effect.`,
  fix: 'Put what both hold under one key, or remove one of them.',
  bad: {
    files: {
      'docker-compose.yml': compose(
        '    volumes:\n      - prometheus-data:/prometheus\nvolumes:\n  prometheus-data:\n',
      ),
      'prometheus.yml': PROMETHEUS,
    },
    at: ['docker-compose.yml:6:5'],
  },
  good: {
    files: {
      'docker-compose.yml': compose('      - prometheus-data:/prometheus\nvolumes:\n  prometheus-data:\n'),
      'prometheus.yml': PROMETHEUS,
    },
  },
  check({ system, report }) {
    const { files } = system;
    for (const { source, problems } of files.faulty) {
      const kind = files.at(source.path)[0]?.kind ?? kindByName(source.path);
      if (kind === undefined || isTestData(source.path)) continue;
      for (const { kind: what, message, span, first } of problems) {
        if (what !== 'duplicate-key') continue;
        report({
          at: { source, span },
          message: `${message}: ${meansFor(kind, source.path)}`,
          help: 'put what both hold under one key, or remove one of them',
          fix: first && removalOfTwin(source, first, span),
          related:
            first === undefined ? [] : [{ at: { source, span: first }, message: 'written here first' }],
        });
      }
    }
  },
});

/** The edit that takes out the second of two lines that say the same, with nothing that belongs to them below. */
function removalOfTwin(source: SourceText, first: Span, second: Span): Edit[] | undefined {
  const [one, other] = [first, second].map(({ start }) => source.position(start).line) as [number, number];
  const text = source.line(other);
  if (text === undefined || one === other || source.line(one) !== text) return undefined;
  if (!ONE_VALUE.test(text) || hasMore(source, one) || hasMore(source, other)) return undefined;
  const span = { start: source.lineStart(other), end: source.lineStart(other + 1) };
  return [{ at: { source, span }, text: '' }];
}

/** A line of a key and a value that is no list, map, anchor or text of several lines, without a comment. */
const ONE_VALUE = /^ *["']?[\w.-]+["']?: +(?:[^\s|>&*#{["'][^#]*|"[^"]*"|'[^']*'),?$/;

/** Whether the text goes on deeper below a line. */
function hasMore(source: SourceText, line: number): boolean {
  const indent = (text: string): number => /^ */.exec(text)?.[0].length ?? 0;
  for (let below = line + 1; ; below++) {
    const text = source.line(below);
    if (text === undefined) return false;
    if (text.trim() !== '') return indent(text) > indent(source.line(line) ?? '');
  }
}

/** Java's parser of YAML, and every parser of JSON, takes the last of them. */
const meansFor = (kind: Kind, path: string): string =>
  kind === 'jmx' || /\.json$/i.test(path)
    ? 'only the last one counts, and what the first holds is lost'
    : UNREADABLE_MEANS[kind];
