/** An input of the action. */
interface Input {
  readonly default: string;
  readonly description: string;
}

/** The action's inputs with their defaults: `action.yml` says the same, and is tested against this. */
export const INPUTS = {
  path: { default: '.', description: 'The folder to check.' },
  config: { default: '', description: 'The configuration, instead of monitoring-check.yml in that folder.' },
  preset: { default: '', description: 'recommended or strict; empty for what the configuration says.' },
  'fail-on': { default: 'error', description: 'What fails the job: error, warning or never.' },
  promtool: {
    default: 'auto',
    description: 'auto, off, or the path of a promtool; auto may fetch a release of Prometheus.',
  },
  'promtool-version': {
    default: '',
    description:
      'The release of Prometheus to fetch promtool from where neither PATH nor the image that compose runs, if it is here, has one; empty for the newest whose checksum is known.',
  },
  drill: { default: 'true', description: 'Whether to prove with promtool that each alert can fire.' },
  smoke: { default: 'auto', description: 'auto, all or off: whether to boot the stack and look.' },
  'smoke-timeout': { default: '5m', description: 'How long the boot may take.' },
  baseline: { default: '', description: 'A file of findings that are known and not reported.' },
  'new-since': { default: '', description: 'A git reference: only what has come since is reported.' },
  'sarif-file': { default: '', description: 'A file for the report as SARIF, for code scanning.' },
  'report-file': { default: '', description: 'A file for the report as JSON.' },
  annotations: { default: 'auto', description: 'auto, commands, checks or off: how lines are annotated.' },
  'github-token': { default: '', description: 'A token with checks: write, for annotations: checks.' },
} as const satisfies Readonly<Record<string, Input>>;

export type InputName = keyof typeof INPUTS;

/** The action's outputs. */
export const OUTPUTS = {
  errors: 'How many errors there are.',
  warnings: 'How many warnings there are.',
  notices: 'How many notices there are.',
  paths: 'How many critical paths there are.',
  'paths-covered': 'How many of them are covered: every link that must hold does.',
  'report-file': 'The file with the report as JSON, when one was asked for.',
  'sarif-file': 'The file with the report as SARIF, when one was asked for.',
} as const satisfies Readonly<Record<string, string>>;

export type OutputName = keyof typeof OUTPUTS;
