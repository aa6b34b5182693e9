import { boolean, duration, type JsonSchema, listOf, mapOf, object, string } from '../schema/json-schema.ts';

const severity: JsonSchema = { enum: ['error', 'warning', 'notice', 'off'] };

const path = object(
  {
    name: { ...string, minLength: 1, description: 'What a person calls the path.' },
    description: { ...string, description: 'What breaks for whom when it breaks.' },
    services: listOf(string, { description: 'Compose services that carry it.' }),
    jobs: listOf(string, { description: 'Scrape jobs that watch it.' }),
    series: listOf(string, { description: 'PromQL selectors of the series that show how it is.' }),
    alerts: { type: 'integer', minimum: 0, default: 1, description: 'How many alerts must watch it.' },
    severities: listOf(string, { description: 'Severities of which at least one alert each must watch it.' }),
    'detect-within': {
      ...duration,
      description: 'The longest time from its breaking to a firing alert, in the worst case.',
    },
    'notify-within': { ...duration, description: "The same, with Alertmanager's group_wait." },
    dashboard: { ...string, description: 'The uid or the file of the dashboard that must show it.' },
    test: {
      ...boolean,
      description: 'Whether a rule unit test, or the fire drill, must make one of its alerts fire.',
    },
  },
  { required: ['name'], description: 'A critical path: something whose failure somebody must be told of.' },
);

const ignore = object(
  {
    rule: { ...string, description: 'The rule that is silenced; `area/*` for all of an area.' },
    file: { ...string, description: 'A glob of the files that it is silenced in.' },
    dashboard: { ...string, description: 'The uid of a dashboard.' },
    panel: { type: 'integer', description: 'The id of a panel of that dashboard.' },
    reason: { ...string, minLength: 1, description: 'Why it is right to silence it.' },
    until: {
      ...string,
      pattern: '^\\d{4}-\\d{2}-\\d{2}$',
      'x-expected': 'a date such as 2027-01-31',
      description: 'The last day of the silence.',
    },
  },
  { required: ['rule', 'reason'] },
);

const smoke = object(
  {
    services: {
      anyOf: [{ enum: ['auto', 'all'] }, listOf(string, { minItems: 1 })],
      default: 'auto',
      'x-expected': 'auto, all or a list of services',
      description: 'What is booted: the monitoring services with what they depend on, all, or those named.',
    },
    compose: listOf(string, { description: 'The compose files to boot, where there are several stacks.' }),
    profiles: listOf(string, { description: 'Profiles of compose that are switched on.' }),
    env: {
      ...mapOf({ type: ['string', 'number', 'boolean'] }),
      description: 'Variables that the files need and the repository does not hold. No secret belongs here.',
    },
    series: {
      anyOf: [
        { enum: ['required', 'optional'] },
        object({ optional: listOf(string) }, { required: ['optional'] }),
      ],
      default: 'required',
      'x-expected': 'required, optional or a list under "optional"',
      description:
        'Series that need not be there after a boot, as those that come with traffic; `optional` for all.',
    },
    'warm-up': listOf(
      object(
        { service: string, command: listOf(string, { minItems: 1 }) },
        { required: ['service', 'command'] },
      ),
      { description: "Commands that bring traffic, each run in its service's container before the looks." },
    ),
    timeout: { ...duration, description: 'How long the boot may take; 5m without it.' },
    patience: { ...duration, description: 'How long is waited for a stack that is up to become well.' },
  },
  { description: 'How the stack is booted to look whether it works.' },
);

/** The schema of `monitoring-check.yml`. */
export const configSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'monitoring-check.yml',
  ...object({
    preset: { enum: ['recommended', 'strict'], default: 'recommended', description: 'Which rules are on.' },
    paths: listOf(path, {
      description: 'The critical paths. Without any, one is inferred for each scraped service.',
    }),
    require: object(
      {
        exposed: { ...severity, default: 'error', description: 'Something provides the series.' },
        scraped: { ...severity, default: 'error', description: 'A Prometheus scrapes it and keeps them.' },
        alerted: { ...severity, default: 'error', description: 'An alert that it loads watches them.' },
        tested: { ...severity, default: 'off', description: 'A rule test or the fire drill makes it fire.' },
        routed: { ...severity, default: 'warning', description: 'Alertmanager gives it to a receiver.' },
        seen: { ...severity, default: 'off', description: 'A panel of a dashboard shows the series.' },
      },
      {
        description:
          'How bad a gap in a link of the chain of proof is; `off` for a link that is not required.',
      },
    ),
    rules: { ...mapOf(severity), description: 'Severities of rules, by id; `area/*` for all of an area.' },
    severities: listOf(string, { description: "The values that alerts' severity label may have." }),
    ignore: listOf(ignore, { description: 'Findings that are known and right as they are.' }),
    exclude: listOf(string, { description: 'Files that are not read, as in a .gitignore.' }),
    smoke,
    stacks: listOf(
      object(
        {
          name: { ...string, description: 'What a person calls the stack.' },
          compose: listOf(string, { minItems: 1, description: 'Its compose files, the base first.' }),
        },
        { required: ['compose'] },
      ),
      { description: 'Compose files that run together, where the repository does not tell.' },
    ),
  }),
};
