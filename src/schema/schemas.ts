import { configSchema } from '../config/schema.ts';
import { reportSchema } from '../report/json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { alertmanagerSchema } from './kinds/alertmanager.ts';
import { prometheusSchema } from './kinds/prometheus.ts';
import { ruleTestSchema } from './kinds/rule-test.ts';
import { rulesSchema } from './kinds/rules.ts';
import { scrapeTargetsSchema } from './kinds/scrape-targets.ts';

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
};
