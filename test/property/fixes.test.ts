import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { RULES } from '../../rules/index.ts';
import { withDashboards } from '../../rules/shared/grafana-examples.ts';
import { diffOf, fix } from '../../src/fix.ts';
import type { Finding } from '../../src/lint/finding.ts';
import { applyFixes } from '../../src/lint/fix.ts';
import { knownOf, withoutKnown } from '../../src/lint/known.ts';
import { matcherTakes } from '../../src/promql/matcher.ts';
import { parseQuery } from '../../src/promql/parse.ts';
import { memoryDisk } from '../../src/repo/disk.ts';
import { parseJson, parseYaml } from '../../src/repo/document.ts';
import { child, entries, items, roots, textOf } from '../../src/repo/node.ts';
import { sourceText } from '../../src/repo/text.ts';
import { readMatchers } from '../../src/stack/alertmanager.ts';
import { checkFiles, type Repository } from '../support/check.ts';
import { finding } from '../support/findings.ts';
import { holds, holdsInTime } from '../support/property.ts';

/** The rules that mend something, and those that tell whether a file is still what it was. */
const MENDING = [
  ...['promql/plain-regex', 'compose/obsolete-version', 'syntax/ignored-key', 'alertmanager/deprecated-keys'],
  ...['dashboards/logql-auto', 'dashboards/rate-interval', 'dashboards/id-not-null', 'dashboards/editable'],
  ...['dashboards/duplicate-panel-id', 'grafana/api-version'],
];
const TELLING = [
  ...['syntax/invalid', 'syntax/duplicate-key', 'syntax/schema', 'syntax/wrong-kind'],
  ...[
    'promql/syntax',
    'promql/types',
    'alertmanager/invalid-matcher',
    'dashboards/invalid',
    'dashboards/logql-syntax',
  ],
];
const rules = RULES.filter(({ id }) => MENDING.includes(id) || TELLING.includes(id));
const OPTIONS = {
  config: undefined,
  preset: 'strict' as const,
  severities: new Map(rules.map(({ id, severity }) => [id, severity])),
  today: '2026-01-01',
  rules,
};
const mend = (files: Repository) => fix({ ...OPTIONS, disk: memoryDisk(files) }, { promtool: 'off' });

type Style = (value: unknown) => string;
/** The ways in which a person or a program writes a file. */
const YAML_STYLES: readonly Style[] = [
  (value) => stringify(value),
  (value) => stringify(value, { collectionStyle: 'flow' }),
  (value) => stringify(value, { defaultKeyType: 'QUOTE_DOUBLE', defaultStringType: 'QUOTE_DOUBLE' }),
  (value) => stringify(value, { defaultKeyType: 'PLAIN', defaultStringType: 'QUOTE_SINGLE', lineWidth: 30 }),
  (value) => stringify(value, { defaultKeyType: 'PLAIN', defaultStringType: 'BLOCK_FOLDED', lineWidth: 30 }),
  (value) => stringify(value, { defaultKeyType: 'PLAIN', defaultStringType: 'BLOCK_LITERAL', indent: 4 }),
  (value) => stringify(value).replace(/\n/g, '\r\n'),
  (value) => stringify(value).replace(/^( *)([\w-]+:)/gm, '$1# keep this\n$1$2'),
  (value) => `---\n# keep this\n${stringify(value)}`,
  (value) => stringify(value, { nullStr: '' }),
  (value) => `${JSON.stringify(value, undefined, 2)}\n`,
  (value) => JSON.stringify(value, undefined, 4),
  (value) => JSON.stringify(value),
];
const JSON_STYLES: readonly Style[] = [
  (value) => `${JSON.stringify(value, undefined, 2)}\n`,
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, undefined, '\t').replace(/\n/g, '\r\n'),
];
const style = fc.constantFrom(...YAML_STYLES);

const word = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

const EXPRESSIONS = word(
  'up{job=~"api"} == 0',
  'up{job=~"^api$", env!~"dev"} == 0',
  'sum by (job) (rate(http_requests_total{code=~"^5..$",job=~"a-b"}[5m])) > 0 and on (job) up{job =~ "api"}',
  '{__name__=~"up"} == 0',
  'up{__name__=~"up", job=~"api"}',
  'up{job=~"^"} == 0',
  'up{job=~"^^api$$"}',
  'up{job=~"api\\\\$"}',
  "up{job=~'api'} + up{job=~`^api`}",
  'up{"job"=~"api"}',
  'up{job=~"\\x5eapi"}',
  'up{job=~""} unless up{job!~""}',
  'up{job=~"a=~b"}',
);

const ruleFile: fc.Arbitrary<Repository> = fc
  .tuple(fc.array(EXPRESSIONS, { minLength: 1, maxLength: 3 }), style)
  .map(([expressions, write]) => ({
    'rules.yml': write({
      groups: [
        { name: 'a', rules: expressions.map((expr, index) => ({ alert: `A${index}`, expr, for: '1m' })) },
      ],
    }),
  }));

const anchored: fc.Arbitrary<Repository> = EXPRESSIONS.map((expr) => ({
  'rules.yml': `groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: &same ${JSON.stringify(expr)}\n      - alert: B\n        expr: *same\n`,
}));

const value = fc.oneof(
  word(
    'critical',
    'a|b',
    '^a$',
    '',
    'a, b',
    'a: b',
    'a #b',
    '[a]',
    '{a}',
    'a"b',
    "a'b",
    'a\\b',
    '1',
    'true',
    'é',
    '}',
    ']',
    '&a',
    '*',
    '# a',
  ),
  fc.string({ maxLength: 4 }),
);
const match = fc.dictionary(word('severity', 'team', 'a_b'), value, { minKeys: 1, maxKeys: 2 });
const route = fc
  .tuple(word('match', 'match_re', 'matchers', 'both'), match, match)
  .map(([form, one, two]) => ({
    receiver: 'team',
    ...(form === 'both'
      ? { match: one, match_re: two }
      : form === 'matchers'
        ? { matchers: ['a="b"'] }
        : { [form]: one }),
    continue: true,
  }));
const alertmanager: fc.Arbitrary<Repository> = fc
  .tuple(
    fc.array(route, { minLength: 1, maxLength: 2 }),
    fc.option(match),
    fc.boolean(),
    style,
    word('yml', 'json'),
  )
  .map(([routes, inhibited, hasIntervals, write, ending]) => ({
    [`alertmanager.${ending}`]: (ending === 'json' ? (JSON_STYLES[0] as Style) : write)({
      route: { receiver: 'team', routes },
      ...(inhibited === null
        ? {}
        : { inhibit_rules: [{ source_match: inhibited, target_match_re: inhibited }] }),
      ...(hasIntervals
        ? { mute_time_intervals: [{ name: 'night', time_intervals: [{ weekdays: ['saturday'] }] }] }
        : {}),
      receivers: [{ name: 'team' }],
    }),
  }));

const compose: fc.Arbitrary<Repository> = fc
  .tuple(word('3.8', '2'), fc.nat(2), style, word('yml', 'yaml'))
  .map(([version, place, write, ending]) => {
    const parts: [string, unknown][] = [
      ['services', { api: { image: 'a:1' } }],
      ['volumes', { data: {} }],
    ];
    parts.splice(place, 0, ['version', version]);
    return { [`compose.${ending}`]: write(Object.fromEntries(parts)) };
  });

const panel = fc.record({
  id: fc.constantFrom(1, 1, 2, 3),
  type: fc.constant('timeseries'),
  title: word('A', 'B "b"'),
  datasource: fc.constantFrom({ type: 'prometheus', uid: 'prometheus' }, { type: 'loki', uid: 'loki' }),
  targets: fc.array(
    fc.record({
      refId: fc.constant('A'),
      expr: word(
        'rate(a[5m])',
        'sum(rate(a{job=~"api"}[5m])) / sum(irate(b{x="\\"é"}[1m]))',
        'rate(a[$__interval])',
        'rate(a[$window])',
        'sum(count_over_time({job="a"}[5m]))',
        'rate({job="a"} |= "\\"é" [$__interval])',
      ),
    }),
    { maxLength: 2 },
  ),
});
const dashboards: fc.Arbitrary<Repository> = fc
  .tuple(
    fc.array(
      fc.oneof(
        panel,
        panel.map((inner) => ({ id: 2, type: 'row', title: 'R', panels: [inner] })),
      ),
      { maxLength: 3 },
    ),
    fc.option(fc.constantFrom<unknown>(null, 7, 'x')),
    fc.option(fc.constantFrom<unknown>(true, false, 'true')),
    fc.constantFrom(...JSON_STYLES),
  )
  .map(([panels, id, editable, write]) =>
    withDashboards({
      'api.json': write({
        ...(id === null ? {} : { id }),
        uid: 'api',
        title: 'API',
        ...(editable === null ? {} : { editable }),
        schemaVersion: 41,
        templating: { list: [] },
        panels,
      }),
    }),
  );

const provisioning: fc.Arbitrary<Repository> = fc
  .tuple(fc.option(fc.constantFrom<unknown>(0, '0', null)), style)
  .map(([version, write]) => ({
    'datasources.yml': write({
      ...(version === null ? {} : { apiVersion: version }),
      datasources: [
        { name: 'Prometheus', type: 'prometheus', url: 'http://prometheus:9090', uid: 'p', isDefault: true },
      ],
    }),
    'dashboards.yml': write({
      ...(version === null ? {} : { apiVersion: version }),
      providers: [{ name: 'default', type: 'file', options: { path: '/dashboards' } }],
    }),
  }));

const ignoredKeys: fc.Arbitrary<Repository> = fc
  .tuple(
    fc.constantFrom<readonly [string, unknown]>(
      ['statsd.yml', { mappings: [{ match: 'a.*', name: 'a', timer_type: 'histogram' }] }],
      [
        'statsd.yml',
        {
          defaults: { timer_type: 'summary' },
          mappings: [{ match: 'a.*', name: 'a', match_metric_type: 'timer' }],
        },
      ],
      [
        'statsd.yml',
        { mappings: [{ match: 'a.*', name: 'a', timer_type: 'histogram', observer_type: 'summary' }] },
      ],
      [
        'loki.yml',
        {
          auth_enabled: false,
          schema_config: { configs: [] },
          limits_config: { evaluation_delay_duration: '1m' },
          server: {},
        },
      ],
      [
        'loki.yml',
        {
          auth_enabled: false,
          schema_config: { configs: [] },
          limits_config: { retention_period: '1h', evaluation_delay_duration: '1m' },
        },
      ],
      ['blackbox.yml', { modules: { web: { prober: 'http', http: { fail_if_matches_regexp: ['a'] } } } }],
      ['prometheus.yml', { scrape_configs: [{ job_name: 'a', target_groups: [{ targets: ['a:1'] }] }] }],
      [
        'prometheus.yml',
        {
          alerting: { alertmanagers: [{ api_version: 'v1', static_configs: [{ targets: ['a:1'] }] }] },
          scrape_configs: [],
        },
      ],
    ),
    style,
  )
  .map(([[path, content], write]) => ({ [path]: write(content) }));

const repository = fc.oneof(ruleFile, anchored, alertmanager, compose, dashboards, provisioning, ignoredKeys);

const parsed = (path: string, text: string) =>
  (path.endsWith('.json') || /^\s*\{\s*["}]/.test(text) ? parseJson : parseYaml)(sourceText(path, text));

/** The matchers of every route and inhibition, whatever their form. */
const matchersIn = (path: string, text: string): string[] =>
  roots(parsed(path, text)).flatMap((root) =>
    [
      ...items(child(root, 'route', 'routes')).map((node) => readMatchers(node, '')),
      ...items(child(root, 'inhibit_rules')).flatMap((node) => [
        readMatchers(node, 'source_'),
        readMatchers(node, 'target_'),
      ]),
    ].map(({ matchers, faults }) =>
      JSON.stringify([matchers.map(({ label, op, value }) => [label, op, value]).sort(), faults.length]),
    ),
  );

const VALUES = ['', 'api', 'a-b', '^api', 'api$', '500', 'dev', 'a', 'up', 'a=~b'];

/** What the selectors of a rule file take of some values. */
const takenBy = (path: string, text: string): unknown[] =>
  roots(parsed(path, text)).flatMap((root) =>
    items(child(root, 'groups', 0, 'rules')).map((rule) =>
      parseQuery(textOf(child(rule, 'expr')) ?? '').selectors.map(({ matchers }) =>
        matchers.map((matcher) => [matcher.label, VALUES.filter((one) => matcherTakes(matcher, one))]),
      ),
    ),
  );

const count = (text: string, part: string): number => text.split(part).length - 1;

/** A finding whose mending is these changes of one text. */
const withEdits = (edits: readonly (readonly [start: number, end: number, text: string])[]): Finding => ({
  ...finding('a/b', 'a.yml', 1),
  fix: edits.map(([start, end, text]) => ({
    file: 'a.yml',
    start: { line: 1, column: start + 1 },
    end: { line: 1, column: end + 1 },
    span: { start, end },
    text,
  })),
});

describe('fixes', () => {
  const edit = fc
    .tuple(fc.nat(20), fc.nat(4), fc.constantFrom('', 'X', 'YZ'))
    .map(([start, length, text]) => [start, Math.min(20, start + length), text] as const);
  /** Of one finding, changes that do not touch one another. */
  const edits = fc
    .array(edit, { maxLength: 3 })
    .map((list) => list.filter((one, index) => !list.slice(0, index).some((other) => touches(one, other))));
  const touches = (
    [start, end]: readonly [number, number, string],
    [from, to]: readonly [number, number, string],
  ): boolean => (start < to && from < end) || start === from || end === to;

  it('are made whole, in the order of the findings, unless another has changed the place', () => {
    holds(fc.array(edits, { maxLength: 5 }), (lists) => {
      const before = 'abcdefghijklmnopqrst';
      const findings = lists.map(withEdits);
      const { files, fixed } = applyFixes(findings, () => before);
      const made: (readonly [number, number, string])[] = [];
      const expected = findings.filter((_, index) => {
        const own = lists[index] ?? [];
        const isFree = own.length > 0 && !own.some((one) => made.some((other) => touches(one, other)));
        if (isFree) made.push(...own);
        return isFree;
      });
      expect(fixed).toEqual(expected);
      // From the last place to the first, so that no change moves another.
      const after = [...made]
        .sort(([a, aEnd], [b, bEnd]) => b - a || bEnd - aEnd)
        .reduce((text, [start, end, inserted]) => text.slice(0, start) + inserted + text.slice(end), before);
      expect(files.get('a.yml')?.after).toBe(made.length === 0 ? undefined : after);
    });
  });
});

describe('--fix', () => {
  it('leaves nothing to mend, no file broken, no comment lost, and what it changes means what it meant', async () => {
    await holdsInTime(repository, async (files) => {
      const { files: fixed } = await mend(files);
      const after: Record<string, string | Uint8Array> = { ...files };
      for (const [path, { after: text }] of fixed) after[path] = text;
      expect((await mend(after)).count).toBe(0);
      if (fixed.size === 0) return;

      const telling = { ...OPTIONS, rules: rules.filter(({ id }) => TELLING.includes(id)) };
      const known = knownOf(checkFiles(files, telling).findings);
      expect(
        withoutKnown(checkFiles(after, telling).findings, known).fresh.map(({ message }) => message),
      ).toEqual([]);
      for (const [path, { before, after: text }] of fixed) {
        expect(before).toBe(files[path]);
        expect(parsed(path, text).problems).toEqual([]);
        expect(count(text, '# keep this')).toBe(count(before, '# keep this'));
        if (path.startsWith('alertmanager')) expect(matchersIn(path, text)).toEqual(matchersIn(path, before));
        if (path === 'rules.yml') expect(takenBy(path, text)).toEqual(takenBy(path, before));
        // Nothing but keys that were replaced or taken out is another.
        const [old, now] = [before, text].map((content) => roots(parsed(path, content))[0]);
        if (old && now) expect(entries(now).length).toBeGreaterThanOrEqual(entries(old).length - 1);
      }
      expect(diffOf({ files: fixed, hide: (text) => text })).not.toBe('');
    });
  });
});
