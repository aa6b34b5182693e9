import * as go from '../go-yaml.ts';
import { hasValue, type JsonSchema, leftOut, when } from '../json-schema.ts';

const { text } = go;

const ACTIONS = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
];

/** Those that VictoriaMetrics adds (VictoriaMetrics, `lib/promrelabel/config.go`). */
const MORE_ACTIONS = [
  'graphite',
  'replace_all',
  'keep_if_contains',
  'drop_if_contains',
  'keep_if_equal',
  'drop_if_equal',
  'keep_metrics',
  'drop_metrics',
  'labelmap_all',
];

const hasAction = (...actions: string[]): JsonSchema =>
  hasValue('action', ...actions, ...actions.map((action) => action.toUpperCase()));

/**
 * A relabelling rule (Prometheus, `model/relabel/relabel.go`), with what VictoriaMetrics' agent reads
 * besides: `if`, `match`, `labels`, and a list of regular expressions.
 */
const relabelConfig: JsonSchema = go.object(
  {
    source_labels: go.texts,
    separator: text,
    target_label: text,
    regex: { type: ['string', 'number', 'boolean', 'array', 'null'], 'x-expected': 'a text' },
    modulus: go.unsigned,
    replacement: text,
    action: {
      ...go.oneWordOf(...ACTIONS, ...MORE_ACTIONS),
      'x-expected': `one of ${ACTIONS.map((action) => `"${action}"`).join(', ')}`,
    },
    if: { type: ['string', 'array', 'null'], items: text, 'x-expected': 'a text or a list' },
    match: text,
    labels: go.textMap,
  },
  {
    allOf: [
      when({ required: ['action'] }, {}, { required: ['target_label'] }),
      when(hasAction('replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal'), {
        required: ['target_label'],
      }),
      when(hasAction('hashmod'), { required: ['modulus'] }),
      when(hasAction('labeldrop', 'labelkeep'), {
        properties: {
          source_labels: leftOut('labeldrop and labelkeep look at names of labels only'),
          target_label: leftOut('labeldrop and labelkeep set no label'),
        },
      }),
    ],
  },
);

export const relabelConfigs: JsonSchema = go.listOfObjects(relabelConfig);
