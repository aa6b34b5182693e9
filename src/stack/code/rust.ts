import { type Definition, type MetricType, seriesOf } from './definition.ts';

/** `register_int_counter_vec!("a", …)`, `IntCounter::new("a", …)`, `Opts::new("a", …)`, `HistogramOpts::new("a", …)`. */
const PROMETHEUS =
  /\b(?:register_(?:int_|float_)?(counter|gauge|histogram)(?:_vec)?(?:_with_registry)?!\s*\(|(?:Int|Generic)?(Counter|Gauge|Histogram)(?:Vec)?::(?:new|with_opts)\s*\(|((?:Histogram)?)Opts::new\s*\()\s*(?:(?:histogram_)?opts!\s*\(\s*|(?:Histogram)?Opts::new\s*\(\s*)?"([A-Za-z_:][\w:]*)"/g;
/** `counter!("a", …)` of the crate metrics. */
const METRICS = /\b(?:metrics::)?(?:describe_)?(counter|gauge|histogram)!\s*\(\s*"([^"]+)"/g;

/** Metrics of the crates prometheus and metrics. */
export function rustDefinitions(text: string): Definition[] {
  const definitions: Definition[] = [];
  const add = (names: string[], type: MetricType | undefined, at: number, length: number): void => {
    definitions.push({ names, labels: undefined, type, span: { start: at, end: at + length } });
  };
  for (const match of text.matchAll(PROMETHEUS)) {
    const [whole, macro, created, options, name = ''] = match;
    const type = (macro ?? created ?? (options ? 'histogram' : 'gauge')).toLowerCase() as MetricType;
    // `Opts` are those of counters and of gauges.
    const isTold = (macro ?? created ?? options) !== '';
    add(
      type === 'histogram' ? seriesOf(name, type) : [name],
      isTold ? type : undefined,
      match.index,
      whole.length,
    );
  }
  for (const match of text.matchAll(METRICS)) {
    const [whole, type = '', name = ''] = match;
    const base = name.replace(/[^A-Za-z0-9_:]/g, '_');
    add(
      type === 'histogram'
        ? seriesOf(base, 'histogram')
        : [base, ...(type === 'counter' ? [`${base}_total`] : [])],
      type as MetricType,
      match.index,
      whole.length,
    );
  }
  return definitions;
}
