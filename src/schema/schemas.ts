import { configSchema } from '../config/schema.ts';
import { reportSchema } from '../report/json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { prometheusSchema } from './kinds/prometheus.ts';

/**
 * Every schema that a validator is made of, by name: `scripts/schemas.ts` compiles them to
 * `generated/validators.js`.
 */
export const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  config: configSchema,
  report: reportSchema,
  prometheus: prometheusSchema,
};
