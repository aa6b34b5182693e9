import { type Definition, type MetricType, seriesOf, stringsIn } from './definition.ts';

/** `Counter.builder("a.b")`, `registry.counter("a.b"`, `Gauge.builder("a.b"`, `@Timed("a.b")`. */
const MICROMETER =
  /\b(?:(Counter|Gauge|Timer|DistributionSummary|LongTaskTimer|FunctionCounter|TimeGauge)\s*\.\s*builder|\w*[rR]egistry(?:\(\))?\s*\.\s*(counter|gauge|timer|summary)|@(Timed|Counted))\s*\(\s*(?:value\s*=\s*)?"([^"]+)"/g;
/** `Counter.build().name("a_b")`, `Gauge.builder().name("a_b")` and `Counter.build("a_b"`. */
const CLIENT_JAVA =
  /\b(Counter|Gauge|Histogram|Summary|Info)\s*\.\s*build(?:er)?\(\s*(?:"([^"]+)"|\))(?:\s*\.\s*name\(\s*"([^"]+)"\s*\))?/g;

/** What Micrometer's meters are to Prometheus; timers and summaries are several things at once. */
const MICROMETER_TYPES: Readonly<Record<string, MetricType | undefined>> = {
  counter: 'counter',
  functioncounter: 'counter',
  counted: 'counter',
  gauge: 'gauge',
  timegauge: 'gauge',
};

/** Metrics of Micrometer and of Prometheus's Java client. */
export function jvmDefinitions(text: string): Definition[] {
  const definitions: Definition[] = [];
  for (const match of text.matchAll(MICROMETER)) {
    const [whole, builder, method, annotation, name = ''] = match;
    const kind = (builder ?? method ?? annotation ?? '').toLowerCase();
    definitions.push({
      names: micrometerSeries(name, kind),
      labels: undefined,
      type: MICROMETER_TYPES[kind],
      span: { start: match.index, end: match.index + whole.length },
    });
  }
  if (!text.includes('io.prometheus')) return definitions;
  for (const match of text.matchAll(CLIENT_JAVA)) {
    const [whole, type = '', short, named] = match;
    const name = named ?? short;
    if (name === undefined) continue;
    const list = /\.labelNames\(([^)]*)\)/.exec(text.slice(match.index, match.index + 600))?.[1];
    definitions.push({
      names: seriesOf(name, type.toLowerCase() as MetricType),
      type: type.toLowerCase() as MetricType,
      labels: list === undefined ? undefined : [...stringsIn(list), ...(type === 'Histogram' ? ['le'] : [])],
      span: { start: match.index, end: match.index + whole.length },
    });
  }
  return definitions;
}

/** The names that Micrometer's Prometheus registry gives a meter (Micrometer documentation, "Prometheus"). */
function micrometerSeries(name: string, kind: string): string[] {
  const base = name.replace(/[^A-Za-z0-9_:]/g, '_');
  switch (kind) {
    case 'counter':
    case 'functioncounter':
    case 'counted':
      return [`${base.replace(/_total$/, '')}_total`, `${base}_*total`];
    case 'timer':
    case 'timed':
    case 'longtasktimer':
      return [`${base}_seconds*`, `${base}_*seconds*`];
    case 'distributionsummary':
    case 'summary':
      return [`${base}*`];
    default:
      return [base, `${base}_*`];
  }
}
