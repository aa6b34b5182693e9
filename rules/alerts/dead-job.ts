import { type Cause, defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { counted, listed, nearest } from '../../src/words.ts';
import { deadJobCauses } from '../shared/causes.ts';
import { type DeadAlert, deadAlerts } from '../shared/dead-jobs.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'alerts/dead-job',
  severity: 'warning',
  peers: ['pint promql/series'],
  summary: 'An alert on a job that is never scraped.',
  why: `No scrape job of the Prometheus that loads the alert gives its series this \`job\`, and nothing pushes series to
it. The alert selects nothing, now and always: it shows as healthy, and can never fire. An \`absent\` of such a
job fires for ever.`,
  fix: `Select the job by the name that it has in \`scrape_configs\`, or scrape what the alert is for.`,
  bad: {
    files: { ...STACK, 'alerts.yml': alertFile('up{job="apii"} == 0') },
    at: ['alerts.yml:5:18'],
  },
  good: { files: { ...STACK, 'alerts.yml': alertFile('up{job="api"} == 0') } },
  check({ system, report }) {
    const found = new Map<string, DeadAlert[]>();
    for (const dead of deadAlerts(system)) {
      const { prometheus, matcher } = dead;
      append(found, [prometheus.name, matcher.op, matcher.value].join('\0'), dead);
    }
    // However many alerts ask for a job, one name is mended: theirs, or the job's.
    for (const [first, ...others] of found.values()) {
      if (first === undefined) continue;
      const { usage, alert, matcher, jobs, prometheus } = first;
      const close = matcher.op === '=' ? nearest(matcher.value, jobs) : undefined;
      const more = others.length === 0 ? '' : ` and ${counted(others.length, 'more', 'more')}`;
      report({
        at: usage.at(matcher.span),
        message: `"${prometheus.name}" scrapes no job that fulfils ${matcher.label}${matcher.op}"${matcher.value}", so the alert "${alert.name}"${more} ${fateOf([first, ...others])}`,
        help: close
          ? `did you mean "${close}"?`
          : `its jobs are ${listed(jobs.slice(0, 8).map((job) => `"${job}"`))}`,
        related: others.slice(0, 4).map((other) => ({
          at: other.usage.at(other.matcher.span),
          message: `the alert "${other.alert.name}"`,
        })),
        followsFrom: [
          ...(others.length === 0 ? ownFaults(first) : []),
          ...deadJobCauses(system, first, matcher.value, namesIn([first, ...others])),
        ],
      });
    }
  },
});

/** What becomes of alerts that select nothing: those that ask for that always fire. */
function fateOf(alerts: readonly DeadAlert[]): string {
  if (alerts.every(({ isAsked }) => isAsked)) return alerts.length === 1 ? 'always fires' : 'always fire';
  return `can never fire on it${alerts.some(({ isAsked }) => isAsked) ? ', or always fire' : ''}`;
}

/** Where the selector itself is said to be wrong. */
const ownFaults = ({ usage: { expression } }: DeadAlert): Cause[] =>
  ['promql/never-matches', 'promql/regex-matcher'].map((by) => ({ place: { node: expression.node }, by }));

const namesIn = (alerts: readonly DeadAlert[]): string[] =>
  alerts.flatMap(({ usage }) => usage.query.selectors.flatMap(({ name }) => name ?? []));
