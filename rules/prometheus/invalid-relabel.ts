import { defineRule } from '../../src/lint/rule.ts';
import { child, type Place } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { type Relabel, relabelLists } from '../../src/stack/relabel.ts';
import { prometheusesOf } from '../../src/stack/system.ts';
import { stepPlace } from '../shared/causes.ts';

const prometheus = (step: string): string => `scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
    relabel_configs:
      - source_labels: [__address__]
        regex: '([^:]+):.*'
        ${step}
`;

export const rule = defineRule({
  id: 'prometheus/invalid-relabel',
  severity: 'error',
  summary: 'A relabelling step that lacks what its action needs, or drops everything.',
  why: `Prometheus refuses a configuration with a step that says nowhere where its result goes, and does not start.
A \`keep\` without \`source_labels\` is taken, and compares an empty text: it keeps nothing at all.`,
  fix: `Give \`replace\`, \`lowercase\`, \`uppercase\`, \`keepequal\`, \`dropequal\` and \`hashmod\` a \`target_label\`,
\`hashmod\` a \`modulus\`, and every step that looks at values its \`source_labels\`.`,
  bad: {
    files: { 'prometheus.yml': prometheus('replacement: $1') },
    at: ['prometheus.yml:6:9'],
  },
  good: {
    files: { 'prometheus.yml': prometheus('replacement: $1\n        target_label: instance') },
  },
  check({ system, report }) {
    for (const { prometheus } of prometheusesOf(system)) {
      // vmagent knows more fields and actions.
      if (prometheus.config === undefined || prometheus.kind === 'vmagent') continue;
      for (const { key, steps } of relabelLists(prometheus.config)) {
        for (const step of steps) {
          const fault = faultOf(step, key);
          if (fault !== undefined) report(fault);
        }
      }
    }
  },
});

const NEEDS_TARGET = new Set(['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal']);

interface Fault {
  readonly at: Place;
  readonly message: string;
  readonly help: string;
  readonly severity?: 'warning';
}

function faultOf(step: Relabel, key: string): Fault | undefined {
  const { node, action, targetLabel, sourceLabels, regex } = step;
  const at = stepPlace(node);
  if (NEEDS_TARGET.has(action) && (targetLabel === undefined || targetLabel === '')) {
    return {
      at,
      message: `this step of ${key} has no target_label, which the action "${action}" needs: Prometheus refuses the whole configuration`,
      help: 'add target_label: with the label that gets the result',
    };
  }
  if (action === 'hashmod' && !(step.modulus > 0) && !isUnknown(String(child(node, 'modulus').value))) {
    return {
      at,
      message: `this step of ${key} has no modulus, which the action "hashmod" needs: Prometheus refuses the whole configuration`,
      help: 'add modulus: with the number of shards',
    };
  }
  if (action === 'keep' && sourceLabels.length === 0 && !isUnknown(regex) && !/^\(?\.\*\)?$/.test(regex)) {
    return {
      at,
      message: `this step of ${key} has no source_labels: it compares an empty text with "${regex}" and keeps nothing`,
      help: `add source_labels: with the labels that ${regex} is meant for`,
    };
  }
  // `.+` asks for a label that is not empty; the default and `.*` take whatever there is.
  if (action === 'drop' && /^\^?\(?\.\*\)?\$?$/.test(regex)) {
    return {
      at,
      severity: 'warning',
      message: `this step of ${key} drops everything: its regex takes every value, and none as well`,
      help: 'add a regex: of what is to be dropped, or take the whole job out',
    };
  }
  return undefined;
}
