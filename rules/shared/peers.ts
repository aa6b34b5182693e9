/**
 * The checks of other tools that read the same files without asking a server, as their documentation lists
 * them. A rule names in `peers` those that it covers; one that no rule covers is left out for a reason.
 * `scripts/comparison.ts` makes the page of it, and a test holds both sides to one another.
 */

export interface PeerCheck {
  /** What the tool calls it. */
  readonly name: string;
  /** What it looks for. */
  readonly about: string;
  /** Why no rule does the same. */
  readonly leftOut?: string;
}

export interface Peer {
  /** The word by which rules name the tool: a rule covers "pint promql/rate". */
  readonly tool: string;
  readonly title: string;
  /** Where its list was read, and when. */
  readonly source: string;
  readonly checks: readonly PeerCheck[];
}

const STYLE = 'A matter of style that changes nothing of what runs: a formatter is the place for it.';
const CONVENTION =
  "A team's own convention, which has to be written down before anything can be checked by it.";
const LIVE = 'It asks a running Prometheus for its data, and a check of files has none.';

export const PEERS: readonly Peer[] = [
  {
    tool: 'pint',
    title: 'pint',
    source: 'cloudflare/pint, docs/checks, August 2026',
    checks: [
      { name: 'alerts/absent', about: 'absent() without a "for" that outlasts a restart of Prometheus' },
      { name: 'alerts/annotation', about: 'annotations that every alert must have' },
      { name: 'alerts/comparison', about: 'alerts without a condition' },
      { name: 'alerts/count', about: 'how often an alert would have fired', leftOut: LIVE },
      {
        name: 'alerts/external_labels',
        about: 'external labels in a template that the server does not have',
      },
      { name: 'alerts/for', about: 'values of "for" and "keep_firing_for" that are no duration' },
      {
        name: 'alerts/template',
        about: 'templates of labels and annotations, and the labels that they print',
      },
      { name: 'group/interval', about: 'groups that are evaluated less often than a query looks back' },
      {
        name: 'ignore/file',
        about: 'files that a comment excludes',
        leftOut: 'The report counts what is silenced, and names silences that are idle.',
      },
      { name: 'labels/conflict', about: 'labels of rules that are external labels too' },
      {
        name: 'pint/comment',
        about: "pint's own comments that it cannot read",
        leftOut: 'They are no comments of this tool; its own are checked by silences/idle.',
      },
      { name: 'promql/aggregate', about: 'labels that aggregations must keep or drop', leftOut: CONVENTION },
      { name: 'promql/counter', about: 'counters whose value is used as it is' },
      { name: 'promql/features', about: 'what needs a feature flag that the server does not set' },
      { name: 'promql/fragile', about: 'alerts whose series change from one evaluation to the next' },
      { name: 'promql/impossible', about: 'expressions that can never return anything' },
      { name: 'promql/nan', about: 'divisions whose NaN spoils an aggregation' },
      { name: 'promql/offset', about: 'offsets beyond the retention' },
      { name: 'promql/range_query', about: 'ranges beyond the retention' },
      { name: 'promql/rate', about: 'rates over too short a range, of gauges, and of sums' },
      { name: 'promql/regexp', about: 'regular expressions that are none, and needless anchors' },
      { name: 'promql/selector', about: 'labels that selectors must have', leftOut: CONVENTION },
      { name: 'promql/series', about: 'metrics and labels that nothing exposes' },
      { name: 'promql/syntax', about: 'PromQL that does not parse' },
      { name: 'promql/vector_matching', about: 'joins of sides with different labels' },
      { name: 'query/cost', about: 'how much an expression costs', leftOut: LIVE },
      { name: 'rule/dependency', about: 'recording rules that are gone while others use them' },
      { name: 'rule/duplicate', about: 'rules that are there twice' },
      { name: 'rule/for', about: 'the least and the most that "for" may be' },
      { name: 'rule/label', about: 'labels that every rule must have' },
      { name: 'rule/link', about: 'links in annotations that lead nowhere' },
      { name: 'rule/name', about: 'how rules are named' },
      {
        name: 'rule/owner',
        about: 'comments that name the owner of a rule',
        leftOut: "Such comments are pint's own; a label with the team is what alerts are routed by.",
      },
      { name: 'rule/reject', about: 'texts that labels and annotations must not have', leftOut: CONVENTION },
      {
        name: 'rule/report',
        about: 'a message on every rule that a pattern matches',
        leftOut: 'It finds nothing by itself.',
      },
      { name: 'yaml/parse', about: 'files that do not parse, or not as rules' },
    ],
  },
  {
    tool: 'promtool',
    title: 'promtool check rules and check config, --lint=all',
    source: 'prometheus/prometheus, cmd/promtool, August 2026',
    checks: [
      { name: 'duplicate-rules', about: 'rules of one name with the same labels' },
      { name: 'too-long-scrape-interval', about: 'scrape intervals over which samples go stale' },
    ],
  },
  {
    tool: 'dashboard-linter',
    title: 'dashboard-linter',
    source: 'grafana/dashboard-linter, lint/rules.go, August 2026',
    checks: [
      { name: 'template-datasource-rule', about: 'a menu for the datasource' },
      { name: 'template-job-rule', about: 'a menu for the job' },
      { name: 'template-instance-rule', about: 'a menu for the instance' },
      { name: 'template-label-promql-rule', about: 'queries of variables that do not parse' },
      {
        name: 'template-on-time-change-reload-rule',
        about: 'variables that are looked up at each change of time',
      },
      { name: 'panel-datasource-rule', about: 'panels that take their datasource from the menu' },
      { name: 'panel-title-description-rule', about: 'panels with a title and a description' },
      { name: 'panel-units-rule', about: 'panels with a unit' },
      { name: 'panel-no-targets-rule', about: 'panels without a query' },
      { name: 'target-logql-rule', about: 'LogQL that does not parse' },
      { name: 'target-logql-auto-rule', about: 'LogQL ranges other than $__auto' },
      { name: 'target-promql-rule', about: 'PromQL that does not parse' },
      { name: 'target-rate-interval-rule', about: 'rates over a range other than $__rate_interval' },
      { name: 'target-job-rule', about: 'queries that do not follow the menu for the job' },
      { name: 'target-instance-rule', about: 'queries that do not follow the menu for the instance' },
      { name: 'target-counter-agg-rule', about: 'counters that are shown as they are' },
      { name: 'uneditable-dashboard', about: 'dashboards from files that can be edited' },
    ],
  },
  {
    tool: 'dclint',
    title: 'dclint (docker-compose-linter)',
    source: 'zavoloklom/docker-compose-linter, docs/rules, August 2026',
    checks: [
      {
        name: 'no-build-and-image',
        about: 'services with both "build" and "image"',
        leftOut: 'Docker Compose builds the image and gives it that name, which is how it is pushed.',
      },
      { name: 'no-duplicate-container-names', about: 'containers of one name' },
      { name: 'no-duplicate-exported-ports', about: 'one port of the host for two services' },
      { name: 'no-quotes-in-volumes', about: 'quotes around volumes', leftOut: STYLE },
      { name: 'no-unbound-port-interfaces', about: 'ports that are published on all addresses of the host' },
      { name: 'no-version-field', about: 'the field "version"' },
      {
        name: 'require-project-name-field',
        about: 'a name for the project',
        leftOut: "The folder's name serves, unless two checkouts run on one machine.",
      },
      {
        name: 'require-quotes-in-ports',
        about: 'quotes around ports',
        leftOut: 'It guards against numbers of base 60, which the YAML of Docker Compose does not have.',
      },
      { name: 'service-container-name-regex', about: 'names that no container can have' },
      { name: 'service-dependencies-alphabetical-order', about: 'the order of dependencies', leftOut: STYLE },
      { name: 'service-image-require-explicit-tag', about: 'images without a version' },
      { name: 'service-keys-order', about: "the order of a service's keys", leftOut: STYLE },
      { name: 'service-ports-alphabetical-order', about: 'the order of ports', leftOut: STYLE },
      { name: 'services-alphabetical-order', about: 'the order of services', leftOut: STYLE },
      { name: 'top-level-properties-order', about: 'the order of the top-level keys', leftOut: STYLE },
    ],
  },
];
