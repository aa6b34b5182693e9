import { bringDashboard } from './brought-dashboard.ts';
import { replacing } from './edits.ts';
import { fileOf, type Mutator, mutator, stackMutator } from './mutator.ts';

/** A rate in a panel that follows the time range, with the metric that it reads. */
const RATE = /rate\((\w+_total(?:\{(?:[^"\\}]|\\.)*\})?)\[\$__rate_interval\]\)/;

/** A copy of a dashboard beside it, in which something was changed. */
const copied = (name: string, edit: (text: string) => string, ...rules: readonly string[]): Mutator =>
  stackMutator(
    `dashboard: ${name}`,
    (texts) => {
      const file = fileOf(texts, 'dashboard');
      return file && { [file.path.replace(/\.json$/, '-copy.json')]: edit(file.text) };
    },
    ...rules,
  );

/** A fault in a dashboard that is new. */
const brought = (name: string, edit: (text: string) => string, ...rules: readonly string[]): Mutator =>
  stackMutator(`new dashboard: ${name}`, bringDashboard(edit), ...rules);

/** What the query of a variable is replaced by. */
const variableQuery = (edit: (query: string) => string): ((text: string) => string) =>
  replacingWith(/"query": "(label_values\((?:[^"\\]|\\.)*)"/, (query) => `"query": "${edit(query)}"`);

const replacingWith =
  (pattern: RegExp, edit: (found: string) => string) =>
  (text: string): string =>
    text.replace(pattern, (_, found: string) => edit(found));

export const dashboardsMutators: readonly Mutator[] = [
  mutator('dashboard', 'counter as it is', replacing(RATE, '$1'), 'dashboards/bare-counter'),
  brought(
    'counter as it is',
    replacing('scrape_samples_scraped{', 'prometheus_http_requests_total{'),
    'dashboards/bare-counter',
  ),
  copied(
    'copy with its title',
    replacing(/^ {2}"uid": "([^"]*)"/m, '  "uid": "$1-v2"'),
    'dashboards/duplicate-title',
  ),
  copied(
    'copy with its uid',
    replacing(/^ {2}"title": "([^"]*)"/m, '  "title": "$1, second try"'),
    'dashboards/duplicate-uid',
  ),
  mutator(
    'dashboard',
    'saved from the editor',
    replacing(/^ {2}"editable": false/m, '  "editable": true'),
    'dashboards/editable',
  ),
  mutator(
    'dashboard',
    'exported with its number',
    replacing(/^ {2}"id": null/m, '  "id": 17'),
    'dashboards/id-not-null',
  ),
  mutator(
    'dashboard',
    'no refresh',
    replacing(/^ {2}"refresh": "\w+"/m, '  "refresh": ""'),
    'dashboards/no-refresh',
  ),
  mutator(
    'dashboard',
    'refresh under the interval',
    // What comes from elsewhere may change at any time.
    (text) =>
      /"type": "(?:loki|tempo|grafana-clickhouse-datasource)"/.test(text)
        ? text
        : text.replace(/^ {2}"refresh": "\w+"/m, '  "refresh": "5s"'),
    'dashboards/refresh-faster-than-scrape',
  ),
  mutator(
    'dashboard',
    'description that is gone',
    replacing(/("type": "timeseries",\n +"title": "[^"]*",\n) +"description": "(?:[^"\\]|\\.)*",\n/, '$1'),
    'dashboards/no-description',
  ),
  mutator(
    'dashboard',
    'panel over the edge',
    replacing(/"w": (?:8|12),(\n +"x": (?:12|16),)/, '"w": 16,$1'),
    'dashboards/overlapping-panels',
  ),
  mutator(
    'dashboard',
    'panel on another one',
    replacing(/("w": 12,\n +"x": )12,/, '$16,'),
    'dashboards/overlapping-panels',
  ),
  brought('panel on another one', replacing('"x": 8,', '"x": 4,'), 'dashboards/overlapping-panels'),
  mutator(
    'dashboard',
    'window that is fixed',
    replacing(/\[\$__rate_interval\]/, '[5m]'),
    'dashboards/rate-interval',
  ),
  mutator(
    'dashboard',
    'interval of the graph alone',
    replacing(/\[\$__rate_interval\]/, '[$__interval]'),
    'dashboards/rate-interval',
  ),
  mutator(
    'dashboard',
    'unit that is gone',
    replacing(/"unit": "(?:bytes|Bps)"/, '"unit": ""'),
    'dashboards/unit-missing',
  ),
  brought('unit that is gone', replacing(/"unit": "s"/, '"decimals": 1'), 'dashboards/unit-missing'),
  mutator(
    'dashboard',
    'function of a variable',
    variableQuery((query) => query.replace('label_values', 'label_value')),
    'dashboards/variable-query',
  ),
  mutator(
    'dashboard',
    'rate in a variable',
    variableQuery((query) => query.replace(/\((.*), (\w+)\)$/, '(rate($1[5m]), $2)')),
    'dashboards/variable-query',
  ),
  mutator(
    'dashboard',
    'variable of the first look',
    replacing(/"refresh": 2/, '"refresh": 1'),
    'dashboards/variable-refresh',
  ),
  brought(
    'panel that follows no menu',
    replacing(
      'scrape_samples_scraped{job=~\\"$job\\", instance=~\\"$instance\\"}',
      'scrape_samples_scraped{job=~\\"$job\\"}',
    ),
    'dashboards/unfiltered-query',
  ),
  brought(
    'no menu for the instance',
    (text) =>
      text
        .replaceAll(/, instance=~\\"\$instance\\"/g, '')
        .replace(/,\s+\{\s+"name": "instance",[\s\S]*?\n {6}\}/, ''),
    'dashboards/no-job-variable',
  ),
];
