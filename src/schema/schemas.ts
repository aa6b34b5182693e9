import { configSchema } from '../config/schema.ts';
import { reportSchema } from '../report/json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { alertmanagerSchema } from './kinds/alertmanager.ts';
import { blackboxSchema } from './kinds/blackbox.ts';
import { composeSchema } from './kinds/compose.ts';
import { dashboardSchema } from './kinds/dashboard.ts';
import { dashboardV2Schema } from './kinds/dashboard-v2.ts';
import { grafanaAlertingSchema } from './kinds/grafana-alerting.ts';
import { grafanaDatasourcesSchema } from './kinds/grafana-datasources.ts';
import { grafanaProvidersSchema } from './kinds/grafana-providers.ts';
import { jmxSchema } from './kinds/jmx.ts';
import { lokiSchema } from './kinds/loki.ts';
import { otelSchema } from './kinds/otel.ts';
import { prometheusSchema } from './kinds/prometheus.ts';
import { promtailSchema } from './kinds/promtail.ts';
import { ruleTestSchema } from './kinds/rule-test.ts';
import { rulesSchema } from './kinds/rules.ts';
import { scrapeTargetsSchema } from './kinds/scrape-targets.ts';
import { statsdSchema } from './kinds/statsd.ts';
import { tempoSchema } from './kinds/tempo.ts';

/**
 * Every schema that a validator is made of, by name: `scripts/schemas.ts` compiles them to
 * `generated/validators.js`.
 */
export const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  config: configSchema,
  report: reportSchema,
  prometheus: prometheusSchema,
  rules: rulesSchema,
  'rule-test': ruleTestSchema,
  'scrape-targets': scrapeTargetsSchema,
  alertmanager: alertmanagerSchema,
  compose: composeSchema,
  'grafana-datasources': grafanaDatasourcesSchema,
  'grafana-providers': grafanaProvidersSchema,
  'grafana-alerting': grafanaAlertingSchema,
  dashboard: dashboardSchema,
  'dashboard-v2': dashboardV2Schema,
  loki: lokiSchema,
  promtail: promtailSchema,
  tempo: tempoSchema,
  jmx: jmxSchema,
  statsd: statsdSchema,
  blackbox: blackboxSchema,
  otel: otelSchema,
};
