import { replacing, UP_ALERT, withAlert } from './edits.ts';
import { type Mutator, mutator } from './mutator.ts';

/** What is wrong with an alert, its labels and its texts. */
export const alertsMutators: readonly Mutator[] = [
  mutator(
    'rules',
    'alert under another name too',
    replacing(/ {6}- alert: ([\s\S]*?)(?=\n\n)/, '$&\n\n      - alert: Mutant$1'),
    'alerts/duplicate-expression',
  ),
  mutator(
    'rules',
    'external label that is none',
    replacing(/^( +summary: )"?([^"\n]+)"?$/m, '$1"$2 in {{ $externalLabels.cluster }}"'),
    'alerts/external-label',
  ),
  mutator(
    'rules',
    'hold under the range',
    replacing(/\[5m\](.*)(\n[\s\S]*?for: )\w+/, '[15m]$1$22m'),
    'alerts/for-shorter-than-range',
  ),
  mutator(
    'rules',
    'group more often than the scrapes',
    replacing(/^( +)rules:\n/m, '$1interval: 5s\n$&'),
    'alerts/group-interval',
  ),
  mutator(
    'rules',
    'no hold',
    replacing(/(expr: .*up\{job="[\w-]+"\} == 0\n) +for: \w+\n/, '$1'),
    'alerts/missing-for',
  ),
  mutator(
    'rules',
    'no hold of an absence',
    replacing(/(expr: absent\(.*\n) +for: \w+\n/, '$1'),
    'alerts/missing-for',
  ),
  mutator(
    'rules',
    'no runbook',
    replacing(/(severity: critical\n(?: +[^\n-].*\n)*?) +runbook_url: .*\n/, '$1'),
    'alerts/missing-runbook',
  ),
  mutator(
    'rules',
    'metric that no panel shows',
    withAlert('rate(prometheus_notifications_errors_total[5m]) > 0.1'),
    'alerts/not-on-dashboard',
  ),
  mutator(
    'rules',
    'value as it is',
    replacing(/\{\{ \$value \| humanize\w* \}\}/, '{{ $value }}'),
    'alerts/raw-value',
  ),
  mutator(
    'rules',
    'value as a whole number',
    replacing(/\{\{ (?:\$value(?: \| humanize\w*)?|printf "%.0f" \$value) \}\}/, "{{ printf '%d' $value }}"),
    'alerts/template',
    'alerts/template-output',
  ),
  mutator(
    'rules',
    'value as a whole number, in other quotes',
    withAlert('prometheus_tsdb_head_series > 1e6', { summary: '{{ printf "%d" $value }} series' }),
    'alerts/template-output',
  ),
  mutator(
    'rules',
    'largest few',
    withAlert('topk(3, rate(prometheus_http_requests_total{code="500"}[5m])) > 1'),
    'alerts/unstable-series',
  ),
  mutator('rules', 'up in place of down', replacing(UP_ALERT, 'expr: up{job="$1"} == 1'), 'alerts/inverted'),
  mutator(
    'rules',
    'instance without its port',
    replacing(UP_ALERT, 'expr: up{job="$1", instance="$1"} == 0'),
    'alerts/vacuous',
  ),
  mutator(
    'rules',
    'instance by another name',
    withAlert('up{job="prometheus", instance="prometheus:9090"} == 0'),
    'alerts/vacuous',
  ),
];
