import { defineRule } from '../../src/lint/rule.ts';
import { templateUses } from '../../src/promql/template-uses.ts';
import { child, keyOf, type Place, within } from '../../src/repo/node.ts';
import { templatedTexts } from '../../src/stack/alert-texts.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { type Server, serversOf } from '../../src/stack/usages.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

const alert = alertFile('up{job="api"} == 0').replace(
  'Something is wrong',
  '"The API is down in {{ $externalLabels.site }}"',
);

export const rule = defineRule({
  id: 'alerts/external-label',
  severity: 'warning',
  peers: ['pint alerts/external_labels'],
  summary: 'A text of an alert that prints an external label which this Prometheus does not have.',
  why: `\`$externalLabels\` are those of \`global.external_labels\` in the configuration of the Prometheus that loads the
rule. One that is not there prints nothing: "is down in ".`,
  fix: `Add the label to \`external_labels\`, or leave it out of the text.`,
  bad: { files: { ...STACK, 'alerts.yml': alert }, at: ['alerts.yml:10:58'] },
  good: {
    files: {
      ...STACK,
      'prometheus.yml': (STACK['prometheus.yml'] ?? '').replace(
        'global:\n',
        'global:\n  external_labels: {site: berlin}\n',
      ),
      'alerts.yml': alert,
    },
  },
  check({ system, report }) {
    for (const { alert: own, kind, name, text, node } of templatedTexts(system)) {
      for (const { of, label, span } of templateUses(text).labels) {
        if (of !== 'external') continue;
        const servers = serversOf(system, own.group);
        const [server] = servers;
        if (server === undefined || !servers.every((one) => lacks(one, label))) continue;
        const { prometheus } = server;
        const at: Place | undefined = prometheus.config && keyOf(child(prometheus.config, 'global'));
        report({
          at: within(node, span),
          message: `the ${kind} "${name}" of the alert "${own.name}" prints the external label "${label}", which "${prometheus.name}" does not have`,
          help: `add "${label}" to global.external_labels`,
          related:
            at && child(prometheus.config as never, 'global').value !== undefined
              ? [{ at, message: 'its global configuration' }]
              : [],
        });
      }
    }
  },
});

const lacks = ({ prometheus: { config, externalLabels } }: Server, label: string): boolean =>
  config !== undefined &&
  !externalLabels.has(label) &&
  ![...externalLabels.keys()].some((key) => isUnknown(key));
