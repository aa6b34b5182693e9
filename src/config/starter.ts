/** Where the configuration's schema is published. */
export const SCHEMA =
  'https://raw.githubusercontent.com/org/monitoring-check/v1/schemas/monitoring-check.schema.json';

/** Without a chain there is nothing to spell out: an example shows what can be said. */
export const EMPTY_CONFIG = `# yaml-language-server: $schema=${SCHEMA}
#
# The critical paths of this repository: what must not break without somebody being told.
# Nothing that Prometheus scrapes was found to infer them from. One is declared like this:
#
# paths:
#   - name: orders
#     jobs: [orders]
#     series: [orders_processed_total]
#     severities: [critical]
#     detect-within: 5m
#     dashboard: orders
paths: []
`;

/** The workflow that runs the check on each pull request. */
export const STARTER_WORKFLOW = `name: monitoring-check
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  monitoring-check:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v7
        with:
          fetch-depth: 0 # findings in changed files come first
      - uses: org/monitoring-check@v1
`;
