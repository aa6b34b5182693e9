import { describe, expect, test } from 'vitest';
import { parseTemplate } from '../../src/promql/template.ts';
import { templateUses } from '../../src/promql/template-uses.ts';
import { outline } from '../support/templates.ts';

describe('what is no template', () => {
  test.each([
    ['{{ $labels.instance }', 'syntax', '"{{" is never closed with "}}"', '{{ $labels.instance }'],
    ['{{ $labels.instance', 'syntax', '"{{" is never closed with "}}"', '{{ $labels.instance'],
    ['{{ $labels.service-name }}', 'syntax', 'unexpected "-" in "$labels.service-"', '-'],
    ['{{ labels.instance }}', 'function', 'there is no function "labels"', 'labels'],
    ['{{ $label.instance }}', 'variable', 'the variable "$label" is not defined', '$label'],
    ['{{ if $value }}high', 'syntax', 'this is never closed with "{{ end }}"', '{{ if'],
    ['{{ if }}x{{ end }}', 'syntax', 'a value is missing in "if"', '{{ if }}'],
    ['{{ end }}', 'syntax', 'unexpected "{{ end }}": nothing is open that it would close', '{{ end }}'],
    [
      '{{ else }}',
      'syntax',
      'unexpected "{{ else }}": nothing is open that it would go on with',
      '{{ else }}',
    ],
    [
      'a {{ if $value }}{{ else }}{{ else }}{{ end }}',
      'syntax',
      'unexpected second "{{ else }}"',
      '{{ else }}',
    ],
    ['{{ range query "up" }}{{ . }}', 'syntax', 'this is never closed with "{{ end }}"', '{{ range'],
    ['{{ "unclosed }}', 'syntax', 'the quote " is never closed', '"unclosed }}'],
    ["{{ 'text' }}", 'syntax', "'text' is not one character; a text stands in double quotes", "'text'"],
    ["{{ '' }}", 'syntax', "'' is not one character; a text stands in double quotes", "''"],
    ['{{ /* not a comment }}', 'syntax', 'unexpected "/"', '/'],
    ['{{/* comment */ x}}', 'syntax', 'a comment must end with "*/}}"', '{{/* comment */'],
    ['{{/* comment', 'syntax', 'the comment is never closed', '{{/* comment'],
    ['{{ $value | 3 }}', 'syntax', 'only a function can stand after "|"', '3'],
    ['{{ $value | . }}', 'syntax', 'only a function can stand after "|"', '.'],
    ['{{ $value | nil }}', 'syntax', 'only a function can stand after "|"', 'nil'],
    ['{{ $value | true }}', 'syntax', 'only a function can stand after "|"', 'true'],
    ['{{ $value | "x" }}', 'syntax', 'only a function can stand after "|"', '"x"'],
    ['{{ ($value }}', 'syntax', '"(" is never closed', '{{ ($value }}'],
    ['{{ $value) }}', 'syntax', 'unexpected ")"', ')'],
    [
      '{{ define "x" }}{{ $labels.job }}{{ end }}',
      'variable',
      'the variable "$labels" is not defined',
      '$labels',
    ],
    ['{{ define x }}{{ end }}', 'syntax', 'unexpected "x", expected a name in quotes', 'x'],
    ['{{ define "x" 1 }}{{ end }}', 'syntax', 'unexpected "1", expected "}}" after "define"', '1'],
    [
      '{{ define "x" }}a{{ . }}{{ end }}{{ define "x" }}{{ . }}{{ end }}',
      'syntax',
      'the template "x" is defined twice',
      '"x"',
    ],
    ['{{ define "x" }}{{ else }}{{ end }}', 'syntax', 'unexpected "{{ else }}" in "define"', '{{ else }}'],
    ['{{ block "x" . }}{{ else }}{{ end }}', 'syntax', 'unexpected "{{ else }}" in "block"', '{{ else }}'],
    ['{{ block x . }}{{ end }}', 'syntax', 'unexpected "x", expected a name in quotes', 'x'],
    ['{{ break }}', 'syntax', '"break" stands outside of a "range"', '{{ break }}'],
    ['{{ continue }}', 'syntax', '"continue" stands outside of a "range"', '{{ continue }}'],
    [
      '{{ range query "up" }}{{ break 1 }}{{ end }}',
      'syntax',
      'unexpected "1", expected "}}" after "break"',
      '1',
    ],
    ['{{ template foo }}', 'syntax', 'unexpected "foo", expected a name in quotes', 'foo'],
    ['{{ template "x" ', 'syntax', '"{{" is never closed with "}}"', '{{ template "x" '],
    ['{{ $x }}', 'variable', 'the variable "$x" is not defined', '$x'],
    ['{{ $labels["job"] }}', 'syntax', 'unexpected "[" in "$labels["', '['],
    ['{{ $value + 1 }}', 'syntax', '"+" is no number', '+'],
    ['{{ 0x }}', 'syntax', '"0x" is no number', '0x'],
    ['{{ 1a }}', 'syntax', '"1a" is no number', '1a'],
    ['{{ "\\q" }}', 'syntax', '"\\q" is no escape sequence', '\\q'],
    ['{{ "a\\xg0" }}', 'syntax', '"\\x" is no escape sequence', '\\x'],
    ['{{}}', 'syntax', 'a value is missing in an action', '{{}}'],
    ['{{ }}', 'syntax', 'a value is missing in an action', '{{ }}'],
    ['{{ nil.x }}', 'syntax', 'unexpected "." after "nil"', 'nil.x'],
    ['{{ "a".b }}', 'syntax', 'unexpected "." after a string', '"a".b'],
    ['{{ 1.b }}', 'syntax', '"1.b" is no number', '1.b'],
    ['{{ true.x }}', 'syntax', 'unexpected "." after "true"', 'true.x'],
    ['{{ ..a }}', 'syntax', 'unexpected "." after "."', '..a'],
    [
      '{{ if $value }}{{ define "x" }}{{ end }}{{ end }}',
      'syntax',
      '"define" is only allowed outside of everything else',
      'define',
    ],
    ['{{ $labels.job.}}', 'syntax', 'unexpected "."', '.'],
    ['{{ `a', 'syntax', 'the quote ` is never closed', '`a'],
    ['{{ "a\nb" }}', 'syntax', 'the quote " is never closed', '"a'],
    ['{{ : }}', 'syntax', 'expected ":="', ':'],
    ['{{ $x : 1 }}', 'syntax', 'expected ":="', ':'],
    ['{{ é }}', 'function', 'there is no function "é"', 'é'],
    ['{{ \u0001 }}', 'syntax', 'unexpected character "\u0001"', '\u0001'],
    ['{{ a&b }}', 'syntax', 'unexpected "&" in "a&"', '&'],
    ['{{ & }}', 'syntax', 'unexpected "&"', '&'],
    ['{{ $a, $b := 1 }}', 'syntax', 'too many variables are declared in an action', ','],
    [
      '{{ range $a, $b, $c := query "up" }}{{ end }}',
      'syntax',
      'too many variables are declared in "range"',
      ',',
    ],
    ['{{ range $a, 1 := query "up" }}{{ end }}', 'syntax', '"range" can only declare variables', ','],
    ['{{ with $a, $b := 1 }}{{ end }}', 'syntax', 'too many variables are declared in "with"', ','],
    [
      '{{ if eq 1 2 }}{{ else with 1 }}{{ end }}',
      'syntax',
      '"else with" does not go with "if"',
      '{{ else with',
    ],
    ['{{ with 1 }}{{ else if 1 }}{{ end }}', 'syntax', '"else if" does not go with "with"', '{{ else if'],
    [
      '{{ with 1 }}{{ else with 2 }}{{ else }}{{ else }}{{ end }}',
      'syntax',
      'unexpected second "{{ else }}"',
      '{{ else }}',
    ],
    ['{{ end 1 }}', 'syntax', 'unexpected "1", expected "}}" after "end"', '1'],
    ['{{ if 1 }}{{ else 1 }}{{ end }}', 'syntax', 'unexpected "1", expected "}}" after "else"', '1'],
    ['{{ ( ) }}', 'syntax', 'a value is missing in parentheses', '( )'],
    ['{{ $x := }}', 'syntax', 'a value is missing in an action', '{{ $x := }}'],
    ['{{ | }}', 'syntax', 'unexpected "|"', '|'],
    ['{{ $value | | humanize }}', 'syntax', 'unexpected "|"', '|'],
    ['{{ humanise 1 }}', 'function', 'there is no function "humanise"', 'humanise'],
    ['{{ $value humanize) }}', 'syntax', 'unexpected ")"', ')'],
    [
      'x{{ $y := 1 }}{{ with 1 }}{{ $z := 2 }}{{ end }}{{ $z }}',
      'variable',
      'the variable "$z" is not defined',
      '$z',
    ],
    ['{{ $labels.a"b" }}', 'syntax', 'unexpected """ in "$labels.a""', '"'],
    ['{{ "a"b }}', 'syntax', 'unexpected "b"', 'b'],
    ['{{ "\\u12" }}', 'syntax', '"\\u" is no escape sequence', '\\u'],
    ['{{ "a\\n\\t\\"\\\\b\\q" }}', 'syntax', '"\\q" is no escape sequence', '\\q'],
    [
      '{{ range query "a" }}{{ else }}{{ 1 }}{{ continue }}{{ end }}',
      'syntax',
      '"continue" stands outside of a "range"',
      '{{ continue }}',
    ],
    ['{{ é := 1 }}', 'function', 'there is no function "é"', 'é'],
  ])('is %j: %s: %s', (text, kind, message, underlined) => {
    const { fault } = parseTemplate(text);
    expect([fault?.kind, fault?.message, text.slice(fault?.span.start, fault?.span.end)]).toEqual([
      kind,
      message,
      underlined,
    ]);
    expect(fault?.name).toBe(kind === 'syntax' ? undefined : underlined);
  });
});

describe('a template has the parts that are written', () => {
  test.each([
    ['plain', []],
    [
      '{{ $labels.instance }}',
      [
        'action ‹{{ $labels.instance }}›',
        '  $labels.instance‹.instance›‹$labels.instance› ‹$labels.instance› in ‹$labels.instance }}›',
      ],
    ],
    ['a {{- $value -}} b', ['action ‹{{- $value -}}›', '  $value‹$value› ‹$value› in ‹$value -}}›']],
    ['{{/* c */}}x', []],
    ['{{- /* c */ -}}', []],
    [
      '{{ $value | humanize | printf "%s" }}',
      [
        'action ‹{{ $value | humanize | printf "%s" }}›',
        '  $value‹$value› ‹$value› | humanize()‹humanize› ‹humanize› | printf()‹printf› string "%s"‹"%s"› ‹printf "%s"› in ‹$value | humanize | printf "%s" }}›',
      ],
    ],
    [
      '{{ with query "up" }}{{ . | first | value }}{{ end }}',
      [
        'with ‹{{ with query "up" }}{{ . | first | value }}{{ end }}›',
        '  query()‹query› string "up"‹"up"› ‹query "up"› in ‹query "up" }}›',
        '  action ‹{{ . | first | value }}›',
        '    .‹.› ‹.› | first()‹first› ‹first› | value()‹value› ‹value› in ‹. | first | value }}›',
      ],
    ],
    [
      '{{ range $i, $x := query "up" }}{{ if gt $i 3 }}{{ break }}{{ end }}{{ $x.Labels.job }}{{ end }}',
      [
        'range ‹{{ range $i, $x := query "up" }}{{ if gt $i 3 }}{{ break }}{{ end }}{{ $x.Labels.job }}{{ end }}›',
        '  $i‹$i›, $x‹$x› := query()‹query› string "up"‹"up"› ‹query "up"› in ‹$i, $x := query "up" }}›',
        '  if ‹{{ if gt $i 3 }}{{ break }}{{ end }}›',
        '    gt()‹gt› $i‹$i› number "3"‹3› ‹gt $i 3› in ‹gt $i 3 }}›',
        '  action ‹{{ $x.Labels.job }}›',
        '    $x.Labels‹.Labels›.job‹.job›‹$x.Labels.job› ‹$x.Labels.job› in ‹$x.Labels.job }}›',
      ],
    ],
    [
      '{{ if eq $labels.job "a" }}{{ $value }}{{ else if eq $labels.job "b" }}{{ 1 }}{{ else }}{{ 2 }}{{ end }}',
      [
        'if ‹{{ if eq $labels.job "a" }}{{ $value }}{{ else if eq $labels.job "b" }}{{ 1 }}{{ else }}{{ 2 }}{{ end }}›',
        '  eq()‹eq› $labels.job‹.job›‹$labels.job› string "a"‹"a"› ‹eq $labels.job "a"› in ‹eq $labels.job "a" }}›',
        '  action ‹{{ $value }}›',
        '    $value‹$value› ‹$value› in ‹$value }}›',
        'else',
        '  if ‹{{ else if eq $labels.job "b" }}{{ 1 }}{{ else }}{{ 2 }}{{ end }}›',
        '    eq()‹eq› $labels.job‹.job›‹$labels.job› string "b"‹"b"› ‹eq $labels.job "b"› in ‹eq $labels.job "b" }}›',
        '    action ‹{{ 1 }}›',
        '      number "1"‹1› ‹1› in ‹1 }}›',
        '  else',
        '    action ‹{{ 2 }}›',
        '      number "2"‹2› ‹2› in ‹2 }}›',
      ],
    ],
    [
      '{{ define "x" }}{{ . }}{{ end }}{{ template "x" $value }}',
      [
        'define x ‹{{ define "x" }}{{ . }}{{ end }}›',
        '  action ‹{{ . }}›',
        '    .‹.› ‹.› in ‹. }}›',
        'template x ‹{{ template "x" $value }}›',
        '  $value‹$value› ‹$value› in ‹$value }}›',
      ],
    ],
    ['{{ template "x" }}', ['template x ‹{{ template "x" }}›']],
    [
      '{{ block "x" . }}{{ .Value }}{{ end }}',
      [
        'block x ‹{{ block "x" . }}{{ .Value }}{{ end }}›',
        '  .‹.› ‹.› in ‹. }}›',
        '  action ‹{{ .Value }}›',
        '    ..Value‹.Value›‹.Value› ‹.Value› in ‹.Value }}›',
      ],
    ],
    [
      '{{ (query "up" | first).Value }}',
      [
        'action ‹{{ (query "up" | first).Value }}›',
        '  (query()‹query› string "up"‹"up"› ‹query "up"› | first()‹first› ‹first› in ‹query "up" | first)›).Value‹.Value›‹(query "up" | first).Value› ‹(query "up" | first).Value› in ‹(query "up" | first).Value }}›',
      ],
    ],
    [
      '{{ $x := $value }}{{ $x = 3 }}{{ $x }}',
      [
        'action ‹{{ $x := $value }}›',
        '  $x‹$x› := $value‹$value› ‹$value› in ‹$x := $value }}›',
        'action ‹{{ $x = 3 }}›',
        '  $x‹$x› = number "3"‹3› ‹3› in ‹$x = 3 }}›',
        'action ‹{{ $x }}›',
        '  $x‹$x› ‹$x› in ‹$x }}›',
      ],
    ],
    ['{{ $value | }}', ['action ‹{{ $value | }}›', '  $value‹$value› ‹$value› in ‹$value | }}›']],
    [
      "{{ 'a' }} {{ 1e3 }} {{ -.5 }} {{ 0x1F }} {{ 1_000 }} {{ true }} {{ nil }} {{ 1+2i }} {{ 0b1 }} {{ 0o7 }} {{ 0x1p4 }}",
      [
        "action ‹{{ 'a' }}›",
        "  number \"'a'\"‹'a'› ‹'a'› in ‹'a' }}›",
        'action ‹{{ 1e3 }}›',
        '  number "1e3"‹1e3› ‹1e3› in ‹1e3 }}›',
        'action ‹{{ -.5 }}›',
        '  number "-.5"‹-.5› ‹-.5› in ‹-.5 }}›',
        'action ‹{{ 0x1F }}›',
        '  number "0x1F"‹0x1F› ‹0x1F› in ‹0x1F }}›',
        'action ‹{{ 1_000 }}›',
        '  number "1_000"‹1_000› ‹1_000› in ‹1_000 }}›',
        'action ‹{{ true }}›',
        '  bool "true"‹true› ‹true› in ‹true }}›',
        'action ‹{{ nil }}›',
        '  nil "nil"‹nil› ‹nil› in ‹nil }}›',
        'action ‹{{ 1+2i }}›',
        '  number "1+2i"‹1+2i› ‹1+2i› in ‹1+2i }}›',
        'action ‹{{ 0b1 }}›',
        '  number "0b1"‹0b1› ‹0b1› in ‹0b1 }}›',
        'action ‹{{ 0o7 }}›',
        '  number "0o7"‹0o7› ‹0o7› in ‹0o7 }}›',
        'action ‹{{ 0x1p4 }}›',
        '  number "0x1p4"‹0x1p4› ‹0x1p4› in ‹0x1p4 }}›',
      ],
    ],
    [
      '{{ printf `%s` (index $labels "service-name") }}',
      [
        'action ‹{{ printf `%s` (index $labels "service-name") }}›',
        '  printf()‹printf› string "%s"‹`%s`› (index()‹index› $labels‹$labels› string "service-name"‹"service-name"› ‹index $labels "service-name"› in ‹index $labels "service-name")›)‹(index $labels "service-name")› ‹printf `%s` (index $labels "service-name")› in ‹printf `%s` (index $labels "service-name") }}›',
      ],
    ],
    [
      '{{ externalURL }}',
      ['action ‹{{ externalURL }}›', '  externalURL()‹externalURL› ‹externalURL› in ‹externalURL }}›'],
    ],
    [
      '{{ .Labels.a.b }}',
      [
        'action ‹{{ .Labels.a.b }}›',
        '  ..Labels‹.Labels›.a‹.a›.b‹.b›‹.Labels.a.b› ‹.Labels.a.b› in ‹.Labels.a.b }}›',
      ],
    ],
    [
      '{{ $.Labels.a }}',
      ['action ‹{{ $.Labels.a }}›', '  $.Labels‹.Labels›.a‹.a›‹$.Labels.a› ‹$.Labels.a› in ‹$.Labels.a }}›'],
    ],
    [
      '{{ query.x }}',
      ['action ‹{{ query.x }}›', '  (query()‹query›).x‹.x›‹query.x› ‹query.x› in ‹query.x }}›'],
    ],
    [
      '{{ "a\\n\\t\\"\\\\b" }}',
      [
        'action ‹{{ "a\\n\\t\\"\\\\b" }}›',
        '  string "a\\n\\t\\"\\\\b"‹"a\\n\\t\\"\\\\b"› ‹"a\\n\\t\\"\\\\b"› in ‹"a\\n\\t\\"\\\\b" }}›',
      ],
    ],
    [
      '{{with 1}}{{else with 2}}{{.}}{{end}}',
      [
        'with ‹{{with 1}}{{else with 2}}{{.}}{{end}}›',
        '  number "1"‹1› ‹1› in ‹1}}›',
        'else',
        '  with ‹{{else with 2}}{{.}}{{end}}›',
        '    number "2"‹2› ‹2› in ‹2}}›',
        '    action ‹{{.}}›',
        '      .‹.› ‹.› in ‹.}}›',
      ],
    ],
    [
      '{{ range query "a" }}{{ else }}{{ 1 }}{{ end }}',
      [
        'range ‹{{ range query "a" }}{{ else }}{{ 1 }}{{ end }}›',
        '  query()‹query› string "a"‹"a"› ‹query "a"› in ‹query "a" }}›',
        'else',
        '  action ‹{{ 1 }}›',
        '    number "1"‹1› ‹1› in ‹1 }}›',
      ],
    ],
    [
      '{{ range $x := query "a" }}{{ continue }}{{ $x }}{{ end }}',
      [
        'range ‹{{ range $x := query "a" }}{{ continue }}{{ $x }}{{ end }}›',
        '  $x‹$x› := query()‹query› string "a"‹"a"› ‹query "a"› in ‹$x := query "a" }}›',
        '  action ‹{{ $x }}›',
        '    $x‹$x› ‹$x› in ‹$x }}›',
      ],
    ],
    ['a }} b', []],
    ['{{ . . }}', ['action ‹{{ . . }}›', '  .‹.› .‹.› ‹. .› in ‹. . }}›']],
    [
      '{{ print 1 2 | printf "%v" 3 }}',
      [
        'action ‹{{ print 1 2 | printf "%v" 3 }}›',
        '  print()‹print› number "1"‹1› number "2"‹2› ‹print 1 2› | printf()‹printf› string "%v"‹"%v"› number "3"‹3› ‹printf "%v" 3› in ‹print 1 2 | printf "%v" 3 }}›',
      ],
    ],
    [
      '{{if 1}}{{with 2}}{{3}}{{end}}{{end}}{{4}}',
      [
        'if ‹{{if 1}}{{with 2}}{{3}}{{end}}{{end}}›',
        '  number "1"‹1› ‹1› in ‹1}}›',
        '  with ‹{{with 2}}{{3}}{{end}}›',
        '    number "2"‹2› ‹2› in ‹2}}›',
        '    action ‹{{3}}›',
        '      number "3"‹3› ‹3› in ‹3}}›',
        'action ‹{{4}}›',
        '  number "4"‹4› ‹4› in ‹4}}›',
      ],
    ],
    [
      '{{ $é := 1 }}{{ $é }}',
      [
        'action ‹{{ $é := 1 }}›',
        '  $é‹$é› := number "1"‹1› ‹1› in ‹$é := 1 }}›',
        'action ‹{{ $é }}›',
        '  $é‹$é› ‹$é› in ‹$é }}›',
      ],
    ],
    ['{{ . .a }}', ['action ‹{{ . .a }}›', '  .‹.› ..a‹.a›‹.a› ‹. .a› in ‹. .a }}›']],
    ['{{ 1_ }}', ['action ‹{{ 1_ }}›', '  number "1_"‹1_› ‹1_› in ‹1_ }}›']],
    ["{{ '\\'' }}", ["action ‹{{ '\\'' }}›", "  number \"'\\\\''\"‹'\\''› ‹'\\''› in ‹'\\'' }}›"]],
    ['{{ "\\"" }}', ['action ‹{{ "\\"" }}›', '  string "\\""‹"\\""› ‹"\\""› in ‹"\\"" }}›']],
  ])('in %j: %j', (text, parts) => {
    expect(outline(text)).toEqual(parts);
  });
});

/** What a template reads and what goes wrong in it, in one line each, with where it stands. */
function usesOf(text: string): string[] {
  const { labels, queries, values, faults } = templateUses(text);
  const at = ({ start, end }: { readonly start: number; readonly end: number }): string =>
    `‹${text.slice(start, end)}›`;
  return [
    ...labels.map(({ label, span, of }) => {
      const owner = typeof of === 'string' ? of : `the query ${of.query}`;
      return `label ${label} of ${owner} ${at(span)}`;
    }),
    ...queries.map((query) => `query ${query.text} ${at(query.span)}`),
    ...values.map(({ isRaw, span }) => `value${isRaw ? ' as it is' : ''} ${at(span)}`),
    ...faults.map(({ kind, message, span }) => `${kind} ${message} ${at(span)}`),
  ];
}

describe('a template reads, and fails at,', () => {
  test.each([
    ['plain', []],
    ['{{ $labels.instance }}', ['label instance of alert ‹.instance›']],
    ['{{ .Labels.job }}', ['label job of alert ‹.job›']],
    ['{{ $.Labels.job }}', ['label job of alert ‹.job›']],
    ['{{ $externalLabels.cluster }}', ['label cluster of external ‹.cluster›']],
    ['{{ .ExternalLabels.cluster }}', ['label cluster of external ‹.cluster›']],
    ['{{ .ExternalURL }}', []],
    ['{{ $value }}', ['value as it is ‹$value›']],
    ['{{ .Value }}', ['value as it is ‹.Value›']],
    ['{{ $value | humanize }}', ['value ‹$value›']],
    ['{{ humanize $value }}', ['value ‹$value›']],
    ['{{ printf "%.2f" $value }}', ['value ‹$value›']],
    [
      '{{ printf "%d" $value }}',
      ['value ‹$value›', 'format "%d" does not print a number with a fraction, as all values are ‹"%d"›'],
    ],
    [
      '{{ printf "%s" $value }}',
      ['value ‹$value›', 'format "%s" does not print a number with a fraction, as all values are ‹"%s"›'],
    ],
    [
      '{{ printf "%d" $labels.job }}',
      ['label job of alert ‹.job›', 'format "%d" does not print a text ‹"%d"›'],
    ],
    ['{{ printf "%s" $labels.job }}', ['label job of alert ‹.job›']],
    [
      '{{ printf "%s %s" $labels.job }}',
      ['label job of alert ‹.job›', 'format "%s %s" has 2 verbs for 1 value ‹"%s %s"›'],
    ],
    ['{{ printf "%s" }}', ['format "%s" has 1 verb for 0 values ‹"%s"›']],
    ['{{ printf "x" 1 }}', ['format "x" has 0 verbs for 1 value ‹"x"›']],
    ['{{ printf "%[1]s" 1 2 }}', []],
    ['{{ printf "%*d" 1 2 }}', []],
    ['{{ printf "100%%" }}', []],
    [
      '{{ $labels.job.x }}',
      ['label job of alert ‹.job›', 'error "$labels.job" is a text: it has no ".x" ‹.x›'],
    ],
    [
      '{{ .Label }}',
      [
        'error ".Label" is not known here: there are .Labels, .Value, .ExternalLabels and .ExternalURL ‹.Label›',
      ],
    ],
    [
      '{{ .Labels.job.x }}',
      ['label job of alert ‹.job›', 'error ".Labels.job" is a text: it has no ".x" ‹.x›'],
    ],
    ['{{ $value.x }}', []],
    ['{{ $externalURL.x }}', ['error "$externalURL" is a text: it has no ".x" ‹.x›']],
    [
      '{{ $value 3 }}',
      ['value ‹$value›', 'error "$value" is no function, so nothing can follow it ‹$value›'],
    ],
    [
      '{{ $labels.job | $value }}',
      [
        'label job of alert ‹.job›',
        'value ‹$value›',
        'error "$value" is no function, so nothing can be piped into it ‹$value›',
      ],
    ],
    [
      '{{ .Labels.job 3 }}',
      [
        'label job of alert ‹.job›',
        'error ".Labels.job" is no function, so nothing can follow it ‹.Labels.job›',
      ],
    ],
    ['{{ "x" 3 }}', ['error "x" is no function, so nothing can follow it ‹"x"›']],
    [
      '{{ (humanize $value) 3 }}',
      ['value ‹$value›', 'error "(…)" is no function, so nothing can follow it ‹(humanize $value)›'],
    ],
    ['{{ humanize }}', ['error "humanize" wants 1 argument, not 0 ‹humanize›']],
    ['{{ humanize 1 2 }}', ['error "humanize" wants 1 argument, not 2 ‹humanize 1 2›']],
    ['{{ label "a" }}', ['error "label" wants 2 arguments, not 1 ‹label "a"›']],
    ['{{ match "a" }}', ['error "match" wants 2 arguments, not 1 ‹match "a"›']],
    ['{{ index }}', ['error "index" wants at least 1 argument, not 0 ‹index›']],
    ['{{ slice 1 2 3 4 5 }}', ['error "slice" wants at most 4 arguments, not 5 ‹slice 1 2 3 4 5›']],
    ['{{ 5 | match "a" }}', []],
    ['{{ query "up" | first | value }}', ['query up ‹"up"›']],
    ['{{ query "up" | value }}', ['query up ‹"up"›']],
    [
      '{{ with query "up" }}{{ . | first | label "job" }}{{ end }}',
      ['label job of the query up ‹"job"›', 'query up ‹"up"›'],
    ],
    [
      '{{ range query "up" }}{{ .Labels.job }}{{ .Value }}{{ .Foo }}{{ end }}',
      [
        'label job of the query up ‹.job›',
        'query up ‹"up"›',
        'error ".Foo" is not known here: a sample of a query has .Labels and .Value ‹.Foo›',
      ],
    ],
    [
      '{{ range $i, $x := query "up" }}{{ $i.y }}{{ $x.Labels.job }}{{ end }}',
      ['label job of the query up ‹.job›', 'query up ‹"up"›'],
    ],
    [
      '{{ range $x := query "up" }}{{ $x.Labels.job }}{{ end }}',
      ['label job of the query up ‹.job›', 'query up ‹"up"›'],
    ],
    [
      '{{ range query (printf "up") }}{{ .Labels.job }}{{ end }}',
      ['label job of the query undefined ‹.job›'],
    ],
    ['{{ (query "up" | first).Labels.job }}', ['label job of the query up ‹.job›', 'query up ‹"up"›']],
    [
      '{{ (query "up").x }}',
      ['query up ‹"up"›', 'error the result of a query is a list: it has no ".x" ‹.x›'],
    ],
    [
      '{{ query "up" | sortByLabel "a" | first | label "b" }}',
      ['label b of the query up ‹"b"›', 'query up ‹"up"›'],
    ],
    ['{{ label "job" (query "up" | first) }}', ['label job of the query up ‹"job"›', 'query up ‹"up"›']],
    ['{{ index $labels "job" }}', ['label job of alert ‹"job"›']],
    ['{{ index $externalLabels "job" }}', ['label job of external ‹"job"›']],
    [
      '{{ index (query "up" | first).Labels "job" }}',
      ['label job of the query up ‹"job"›', 'query up ‹"up"›'],
    ],
    ['{{ index (query "up") 0 | label "job" }}', ['label job of the query up ‹"job"›', 'query up ‹"up"›']],
    ['{{ index $labels $value }}', ['value ‹$value›']],
    ['{{ index $value "a" }}', ['value ‹$value›']],
    ['{{ index $labels "a" "b" }}', []],
    ['{{ $x := $labels }}{{ $x.job }}', ['label job of alert ‹.job›']],
    ['{{ $x := $value }}{{ $x }}', ['value as it is ‹$x›']],
    ['{{ $x := $value }}{{ $x = 3 }}{{ $x }}', []],
    [
      '{{ $x := $labels.job }}{{ $x = $labels.y }}{{ $x }}',
      ['label job of alert ‹.job›', 'label y of alert ‹.y›'],
    ],
    ['{{ $x := $value }}{{ if 1 }}{{ $x = $labels.job }}{{ end }}{{ $x }}', ['label job of alert ‹.job›']],
    ['{{ with $value }}{{ . }}{{ end }}', ['value as it is ‹.›']],
    [
      '{{ with $labels }}{{ .job }}{{ else }}{{ .Value }}{{ end }}',
      ['label job of alert ‹.job›', 'value as it is ‹.Value›'],
    ],
    ['{{ if $value }}{{ .Value }}{{ end }}', ['value as it is ‹.Value›']],
    ['{{ define "x" }}{{ .foo }}{{ end }}{{ template "x" $labels.job }}', ['label job of alert ‹.job›']],
    ['{{ block "x" $labels.job }}{{ .foo }}{{ $.y }}{{ end }}', ['label job of alert ‹.job›']],
    ['{{ template "x" $value }}', []],
    ['{{ print $value (humanize $value) }}', ['value ‹$value›', 'value ‹$value›']],
    ['{{ $value | printf "%f" | toUpper }}', ['value ‹$value›']],
    ['{{ (printf "%v" $value).x }}', ['value ‹$value›', 'error "(…)" is a text: it has no ".x" ‹.x›']],
    ['{{ now | toTime }}', []],
    ['{{ eq $labels.a $labels.b }}', ['label a of alert ‹.a›', 'label b of alert ‹.b›']],
    ['{{ parseDuration "1h" | humanizeDuration }}', []],
    ['{{ "text".x }}', []],
    ['{{ if', []],
    ['{{ $externalLabels }}', []],
    ['{{ $labels }}', []],
    ['{{ len (query "up") }}', ['query up ‹"up"›']],
    ['{{ strvalue (query "up" | first) }}', ['query up ‹"up"›']],
    [
      '{{ printf "%e %g %G %x %q" $value $value $value $value $labels.job }}',
      ['label job of alert ‹.job›', 'value ‹$value›', 'value ‹$value›', 'value ‹$value›', 'value ‹$value›'],
    ],
    [
      '{{ printf "%t" $value }}',
      ['value ‹$value›', 'format "%t" does not print a number with a fraction, as all values are ‹"%t"›'],
    ],
    ['{{ printf "%v%T" $labels.a $labels.b }}', ['label a of alert ‹.a›', 'label b of alert ‹.b›']],
    ['{{ range $labels.job }}{{ .x }}{{ end }}', ['label job of alert ‹.job›']],
    ['{{ externalURL.x }}', ['error "(…)" is a text: it has no ".x" ‹.x›']],
    ['{{ nil 1 }}', []],
  ])('in %j: %j', (text, uses) => {
    expect(usesOf(text)).toEqual(uses);
  });
});
