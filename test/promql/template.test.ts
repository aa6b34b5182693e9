import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTemplate } from '../../src/promql/template.ts';
import { templateUses } from '../../src/promql/template-uses.ts';
import { readFiles } from '../../src/repo/files.ts';
import { openRepository } from '../../src/repo/repository.ts';
import { readSystem } from '../../src/stack/system.ts';
import { corpusDisk, corpusFolders, hasCorpus } from '../support/corpus.ts';
import { hasPromtool, promtool } from '../support/promtool.ts';
import { RUNS, SEED } from '../support/property.ts';

const TEMPLATES = Math.max(RUNS, 1500);

/** What promtool says of each of some templates; undefined for those that it takes. */
function verdicts(templates: readonly string[]): (string | undefined)[] {
  const rules = templates.map((text, index) => ({
    alert: `A${index}`,
    expr: 'up',
    annotations: { x: text },
  }));
  const { output } = promtool(['check', 'rules', '--lint=none', 'rules.yml'], {
    'rules.yml': JSON.stringify({ groups: [{ name: 'g', rules }] }),
  });
  if (!/SUCCESS|FAILED/.test(output)) throw new Error(output.slice(0, 2000));
  const found = new Map(
    [...output.matchAll(/"A(\d+)": annotation "x": (.*)/g)].map((match) => [Number(match[1]), match[2]]),
  );
  if (output.includes('FAILED') && found.size === 0) throw new Error(output.slice(0, 2000));
  return templates.map((_, index) => found.get(index));
}

/** Where our verdict and promtool's differ. */
function differences(templates: readonly string[]): string[] {
  const theirs = verdicts(templates);
  return templates.flatMap((text, index) => {
    const ours = parseTemplate(text).fault?.message;
    const other = theirs[index];
    return (ours === undefined) === (other === undefined)
      ? []
      : [`${JSON.stringify(text)}\n    ours: ${ours ?? 'good'}\n    promtool: ${other ?? 'good'}`];
  });
}

const BROKEN = [
  '{{ $labels.instance }',
  '{{ $labels.instance',
  '{{ $labels.service-name }}',
  '{{ labels.instance }}',
  '{{ $label.instance }}',
  '{{ $labels.instance | humanise }}',
  '{{ if $value }}high',
  '{{ if }}x{{ end }}',
  '{{ end }}',
  '{{ else }}',
  '{{ with $labels.job }}{{ else }}{{ else }}{{ end }}',
  '{{ range query "up" }}{{ . }}',
  '{{ "unclosed }}',
  "{{ 'text' }}",
  '{{ /* not a comment }}',
  '{{/* comment */ x}}',
  '{{ $value | 3 }}',
  '{{ ($value }}',
  '{{ $value) }}',
  '{{ define "x" }}{{ $labels.job }}{{ end }}',
  '{{ break }}',
  '{{ template foo }}',
  '{{ $x }}',
  '{{ $labels["job"] }}',
  '{{ $value + 1 }}',
  '{{ 0x }}',
  '{{ "\\q" }}',
  '{{}}',
  '{{ nil.x }}',
  '{{ if $value }}{{ define "x" }}{{ end }}{{ end }}',
  '{{ $labels.job.}}',
  '{{ `a',
];
const GOOD = [
  'plain',
  '{{ $labels.instance }}',
  '{{- $value -}}',
  '{{/* comment */}}x',
  '{{- /* comment */ -}}',
  '{{ $value | humanize | printf "%s" }}',
  '{{ with query "up" }}{{ . | first | value }}{{ end }}',
  '{{ range $i, $x := query "up" }}{{ if gt $i 3 }}{{ break }}{{ end }}{{ $x.Labels.job }}{{ end }}',
  '{{ if eq $labels.job "a" }}a{{ else if eq $labels.job "b" }}b{{ else }}c{{ end }}',
  '{{ define "x" }}{{ . }}{{ end }}{{ template "x" $value }}',
  '{{ block "x" . }}{{ .Value }}{{ end }}',
  '{{ (query "up" | first).Value }}',
  '{{ $x := $value }}{{ $x = 3 }}{{ $x }}',
  '{{ $value | }}',
  "{{ 'a' }} {{ 1e3 }} {{ -.5 }} {{ 0x1F }} {{ 1_000 }} {{ true }}",
  '{{ printf `%s` (index $labels "service-name") }}',
  '{{ externalURL }} {{ $externalURL }} {{ $externalLabels.cluster }} {{ $ }}',
  'a }} b',
  '{{ . . }}',
];

const PIECES = [
  '{{',
  '}}',
  '{{- ',
  ' -}}',
  ' ',
  '.',
  '$',
  '$labels',
  '$value',
  '$x',
  '.Labels',
  '.a',
  'job',
  'humanize',
  'if',
  'else',
  'end',
  'range',
  'with',
  'define',
  'template',
  'block',
  'break',
  'nil',
  'true',
  '"a"',
  '`b`',
  "'c'",
  '1',
  '-1',
  '0x1',
  '1.5e3',
  '(',
  ')',
  '|',
  ':=',
  '=',
  ',',
  '/*',
  '*/',
  '\\',
  '"',
  '+',
  '-',
  '!',
  'ü',
  '\n',
  'query',
  'first',
  'printf',
  '{{ end }}',
  '{{ if $value }}',
  '{{ range query "up" }}',
  '{{ else }}',
  '{{ $x := 1 }}',
  '1i',
  '_',
  '3x',
  '.5',
  '{{/* c */}}',
  '{{ with $labels.job }}',
  '{{ define "d" }}',
];

/** Good and broken templates with pieces put in, taken out and doubled. */
const mutated = fc
  .tuple(
    fc.constantFrom(...GOOD, ...BROKEN, ''),
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), fc.constantFrom(...PIECES)), {
      minLength: 1,
      maxLength: 5,
    }),
  )
  .map(([start, changes]) =>
    changes.reduce((text, [where, cut, piece]) => {
      const at = Math.floor(where * text.length);
      return text.slice(0, at) + (cut === 3 ? '' : piece) + text.slice(at + cut);
    }, start),
  );

describe.skipIf(!hasPromtool)("promtool's verdict on templates is ours", () => {
  test('on good and on broken ones', () => {
    expect(differences([...GOOD, ...BROKEN])).toEqual([]);
    expect(GOOD.filter((text) => parseTemplate(text).fault !== undefined)).toEqual([]);
    expect(BROKEN.filter((text) => parseTemplate(text).fault === undefined)).toEqual([]);
  });

  test('on random ones', { timeout: 120_000 }, () => {
    const texts = [...new Set(fc.sample(mutated, { numRuns: TEMPLATES, seed: SEED }))];
    const broken = texts.filter((text) => parseTemplate(text).fault !== undefined).length;
    console.log(`${texts.length} templates, ${broken} of them broken`);
    expect(differences(texts).slice(0, 12)).toEqual([]);
  });

  test.skipIf(!hasCorpus)('on all of the corpus', { timeout: 60_000 }, () => {
    const texts = new Set<string>();
    for (const folder of corpusFolders()) {
      for (const { rules } of readSystem(readFiles(openRepository(corpusDisk(folder), []))).ruleGroups)
        for (const { kind, labels, annotations } of rules)
          if (kind === 'alert')
            for (const { text } of [...labels.values(), ...annotations.values()]) texts.add(text);
    }
    const broken = [...texts].filter((text) => parseTemplate(text).fault !== undefined);
    console.log(`${texts.size} labels and annotations of the corpus, ${broken.length} of them broken`);
    expect(differences([...texts])).toEqual([]);
  });
});

/** What Prometheus makes of templates in an annotation of an alert with the labels `job` and `instance`. */
function expanded(templates: readonly string[]): string[] {
  const rules = templates.map((text, index) => ({
    alert: `A${index}`,
    expr: 'up == 1',
    annotations: { x: text },
  }));
  const test = {
    rule_files: ['rules.yml'],
    tests: [
      {
        interval: '1m',
        input_series: [{ series: 'up{job="j",instance="i:9100"}', values: '1x10' }],
        alert_rule_test: templates.map((_, index) => ({
          eval_time: '5m',
          alertname: `A${index}`,
          exp_alerts: [],
        })),
      },
    ],
  };
  const { output } = promtool(['test', 'rules', 'test.yml'], {
    'rules.yml': JSON.stringify({ groups: [{ name: 'g', rules }] }),
    'test.yml': JSON.stringify(test),
  });
  const found = new Map(
    [...output.matchAll(/alertname="A(\d+)"[^}]*\}\s*Annotations:\{x=("(?:[^"\\]|\\.)*")/g)].map((match) => [
      Number(match[1]),
      JSON.parse(match[2] as string) as string,
    ]),
  );
  return templates.map((_, index) => found.get(index) ?? '');
}

const FAILING = [
  '{{ .Annotations.x }}',
  '{{ $labels.job.name }}',
  '{{ .Labels.job.name }}',
  '{{ humanize }}',
  '{{ $value | humanize 3 }}',
  '{{ $value humanize }}',
  '{{ "a" | $value }}',
  '{{ (query "up").Value }}',
  '{{ with query "up" }}{{ (first .).Name }}{{ end }}',
  '{{ range query "up" }}{{ .Value }}{{ .Job }}{{ end }}',
  '{{ with $labels }}{{ .job.x }}{{ end }}',
  '{{ label "job" }}',
  '{{ $labels.job "x" }}',
  '{{ match "a" }}',
  '{{ with $x := .Alerts }}{{ end }}',
];
const WORKING = [
  '{{ $labels.missing }}',
  '{{ with $labels }}{{ .job }}{{ end }}',
  '{{ range query "up" }}{{ .Labels.job }} {{ .Value }}{{ end }}',
  '{{ $x := query "up" | first }}{{ $x.Labels.job }} {{ $x.Value }} {{ label "job" $x }}',
  '{{ index $labels "job" }} {{ (index (query "up") 0).Value }}',
  '{{ if eq $labels.job "j" }}{{ $value | humanize }}{{ else }}{{ end }}',
  '{{ $value | toTime }} {{ (toTime $value).Year }}',
  '{{ reReplaceAll ":.*" "" $labels.instance }} {{ stripPort $labels.instance }}',
  '{{ args 1 2 }} {{ printf "%v" $labels }} {{ len $labels.job }}',
  '{{ $x := $labels }}{{ if true }}{{ $x = $labels }}{{ end }}{{ $x.job }}',
];

test.skipIf(!hasPromtool)(
  'what is said to fail when it is expanded fails in Prometheus, and what works does not',
  () => {
    const results = expanded([...FAILING, ...WORKING, ...GOOD]);
    const fails = (text: string): boolean => templateUses(text).faults.some(({ kind }) => kind === 'error');
    [...FAILING, ...WORKING, ...GOOD].forEach((text, index) => {
      const isError = (results[index] ?? '').includes('error expanding template');
      if (index < FAILING.length) expect([text, fails(text), isError]).toEqual([text, true, true]);
      else if (fails(text)) expect([text, isError]).toEqual([text, true]);
      else if (index < FAILING.length + WORKING.length)
        expect([text, results[index]]).toEqual([text, expect.not.stringContaining('error expanding')]);
    });
  },
);

test.skipIf(!hasPromtool)('printf with a format that does not fit prints rubbish, as is said', () => {
  const texts = [
    '{{ printf "%d" $value }}',
    '{{ $value | printf "%s" }}',
    '{{ printf "%.2f" $labels.job }}',
    '{{ $value | humanize | printf "%.2f" }}',
    '{{ printf "%s" }}',
    '{{ printf "%s" $labels.job $value }}',
    '{{ printf "%.2f%%" $value }}',
    '{{ printf "%5.1f|%-5s|%q|%v" $value $labels.job $labels.job $value }}',
  ];
  const results = expanded(texts);
  expect(texts.map((text) => templateUses(text).faults.some(({ kind }) => kind === 'format'))).toEqual(
    results.map((result) => result.includes('%!')),
  );
});
