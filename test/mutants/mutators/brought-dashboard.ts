import { type Changes, type Edit, fileOf } from './mutator.ts';

const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };

interface BroughtPanel {
  readonly title: string;
  readonly expr: string;
  readonly unit: string;
}

const PANELS: readonly BroughtPanel[] = [
  { title: 'Up', expr: 'up{job=~"$job", instance=~"$instance"}', unit: 'bool' },
  { title: 'Samples', expr: 'scrape_samples_scraped{job=~"$job", instance=~"$instance"}', unit: 'short' },
  { title: 'Duration', expr: 'scrape_duration_seconds{job=~"$job", instance=~"$instance"}', unit: 's' },
];

const menu = (name: string): object => ({
  name,
  type: 'query',
  datasource: PROMETHEUS,
  query: { query: `label_values(up, ${name})`, refId: 'A' },
  refresh: 2,
  multi: true,
  includeAll: true,
});

/** A dashboard of what Prometheus scrapes, as everybody has one: it suits every stack, and nothing is wrong with it. */
const dashboard = JSON.stringify(
  {
    id: null,
    uid: 'targets',
    title: 'Scrape targets',
    description: 'What Prometheus scrapes, and how long that takes.',
    schemaVersion: 41,
    editable: false,
    refresh: '1m',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: [menu('job'), menu('instance')] },
    panels: PANELS.map(({ title, expr, unit }, index) => ({
      id: index + 1,
      type: 'timeseries',
      title,
      description: `${title} of each target.`,
      datasource: PROMETHEUS,
      gridPos: { h: 8, w: 8, x: 8 * index, y: 0 },
      fieldConfig: { defaults: { unit }, overrides: [] },
      targets: [{ refId: 'A', datasource: PROMETHEUS, expr }],
    })),
  },
  null,
  2,
);

/** Brings that dashboard, with something wrong in it, beside those that the stack has. */
export const bringDashboard =
  (edit: (text: string) => string = (text) => text): Edit =>
  (texts): Changes | undefined => {
    const own = fileOf(texts, 'dashboard')?.path;
    return own === undefined
      ? undefined
      : { [own.replace(/[^/]+$/, 'targets.json')]: `${edit(dashboard)}\n` };
  };
