import * as go from '../go-yaml.ts';
import type { JsonSchema } from '../json-schema.ts';
import { when } from '../json-schema.ts';
import { anyMap, boolean, integer, text, textMap } from '../parts/grafana-values.ts';

/** Provisioning of datasources (Grafana, `pkg/services/provisioning/datasources/types.go`). */

const datasource = go.openObject(
  {
    name: go.filledText,
    type: go.filledText,
    access: text,
    url: text,
    uid: text,
    user: text,
    database: text,
    orgId: integer,
    orgName: text,
    version: integer,
    basicAuth: boolean,
    basicAuthUser: text,
    withCredentials: boolean,
    isDefault: boolean,
    editable: boolean,
    jsonData: anyMap,
    secureJsonData: textMap,
    correlations: go.list(go.anything),
  },
  { required: ['name', 'type'] },
);

/** The first format, without `apiVersion`, wrote these keys in another way. */
const OLD_KEYS = {
  orgId: 'org_id',
  orgName: 'org_name',
  basicAuth: 'basic_auth',
  basicAuthUser: 'basic_auth_user',
  withCredentials: 'with_credentials',
  isDefault: 'is_default',
  jsonData: 'json_data',
  secureJsonData: 'secure_json_data',
};

const inOldFormat: JsonSchema = {
  properties: {
    datasources: {
      items: {
        properties: Object.fromEntries(
          Object.keys(OLD_KEYS).map((key) => [
            key,
            { 'x-ignored': 'is not read without apiVersion: write apiVersion: 1 at the top of the file' },
          ]),
        ),
      },
    },
  },
};

export const grafanaDatasourcesSchema: JsonSchema = {
  title: 'Grafana datasource provisioning',
  ...go.openObject(
    {
      apiVersion: go.integer,
      prune: boolean,
      datasources: go.listOfObjects(datasource),
      deleteDatasources: go.listOfObjects(
        go.openObject({ name: go.filledText, orgId: integer, orgName: text }, { required: ['name'] }),
      ),
    },
    {
      allOf: [
        when(
          { properties: { apiVersion: { type: 'integer', minimum: 1 } }, required: ['apiVersion'] },
          {},
          inOldFormat,
        ),
      ],
    },
  ),
};
