import { type Edit, renamed } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { compileRegex } from '../../src/promql/re2.ts';
import { child, exists, keyOf, type Node, type Place, textOf, within } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { matchSelector, promtails, STAGES, type Stage } from '../../src/stack/promtail.ts';
import { nearest, onlyNear } from '../../src/words.ts';

const files = (stages: string): Record<string, string> => ({
  'docker-compose.yml': `services:
  promtail:
    image: grafana/promtail:3.4.2
    volumes:
      - ./promtail.yml:/etc/promtail/config.yml:ro
      - /var/log:/var/log:ro
`,
  'promtail.yml': `positions:
  filename: /tmp/positions.yaml
clients:
  - url: https://loki.example.com/loki/api/v1/push
scrape_configs:
  - job_name: api
    static_configs:
      - targets: [localhost]
        labels:
          service: api
          __path__: /var/log/api.log
    pipeline_stages:
${stages}`,
});

export const rule = defineRule({
  id: 'promtail/pipeline-stage',
  severity: 'error',
  summary: 'A stage of a pipeline that Promtail does not know, or cannot run.',
  why: `Promtail checks its pipelines when it starts, and stops at the first stage that it does not know, or whose regular
expression or selector does not parse. No log is sent.`,
  fix: 'Correct the stage that is marked. A regular expression is one of RE2: groups are named `(?P<name>…)`, and nothing looks ahead.',
  bad: {
    files: files(`      - regexp:
          expression: '^(?P<level>[A-Z]+) '
`),
    at: ['promtail.yml:13:9'],
  },
  good: {
    files: files(`      - regex:
          expression: '^(?P<level>[A-Z]+) '
`),
  },
  check({ system, report }) {
    for (const { stages, container } of promtails(system)) {
      for (const stage of stages) {
        const fault = faultOf(stage);
        if (fault === undefined) continue;
        report({
          at: fault.at,
          message: `Promtail does not start with this stage: ${fault.what}`,
          ...(fault.help ? { help: fault.help } : {}),
          fix: fault.fix,
          related: container
            ? [{ at: keyOf(container.service.node), message: 'this Promtail reads it' }]
            : [],
        });
      }
    }
  },
});

interface Fault {
  readonly at: Place;
  readonly what: string;
  readonly help: string;
  readonly fix?: Edit[] | undefined;
}

function faultOf(stage: Stage): Fault | undefined {
  const { name, node } = stage;
  if (!STAGES.includes(name)) {
    const close = nearest(name, STAGES);
    const meant = onlyNear(name, STAGES);
    return {
      at: keyOf(node),
      what: `there is no stage "${name}"`,
      fix: meant === undefined ? undefined : [renamed(node, meant)],
      help: close ? `did you mean "${close}"?` : 'see the list of stages in the documentation of Loki',
    };
  }
  switch (name) {
    case 'regex':
    case 'replace':
      return regexFault(node, 'expression', true);
    case 'multiline':
      return regexFault(node, 'firstline', true);
    case 'drop':
      return regexFault(node, 'expression', false);
    case 'match': {
      const query = matchSelector(node);
      const selector = child(node, 'selector');
      if (query?.rejection !== undefined)
        return {
          at: within(selector, query.rejection.span),
          what: `its selector does not parse: ${query.rejection.message}`,
          help: 'write a stream selector, such as {job="api"}',
        };
      return exists(selector)
        ? undefined
        : { at: keyOf(node), what: 'a match needs a selector', help: 'write selector: \'{job="…"}\'' };
    }
    default:
      return undefined;
  }
}

function regexFault(node: Node, key: string, isNeeded: boolean): Fault | undefined {
  const written = child(node, key);
  const text = textOf(written);
  if (text === undefined)
    return isNeeded && !exists(written)
      ? { at: keyOf(node), what: `it needs "${key}"`, help: `write ${key}: '…'` }
      : undefined;
  if (isUnknown(text.replace(/\$$/, '')) || compileRegex(text) !== undefined) return undefined;
  return {
    at: { node: written },
    what: `"${text}" is no regular expression of RE2`,
    help: /\(\?[=!<](?![a-zA-Z])/.test(text)
      ? 'RE2 cannot look ahead or behind'
      : 'correct the regular expression',
  };
}
