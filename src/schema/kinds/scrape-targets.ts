import { type JsonSchema, listOf } from '../json-schema.ts';
import { staticConfigs } from '../parts/service-discovery.ts';

/** Files that `file_sd_configs` names (Prometheus, `discovery/file/file.go`), which hold no other keys. */
export const scrapeTargetsSchema: JsonSchema = {
  title: 'scrape targets',
  ...listOf(staticConfigs.items ?? {}),
};
