import * as go from '../go-yaml.ts';
import { type JsonSchema, string } from '../json-schema.ts';
import { boolean, integer, text } from '../parts/grafana-values.ts';

/**
 * Provisioning of dashboards (Grafana, `pkg/services/provisioning/dashboards`, `types.go`,
 * `config_reader.go`, `dashboard.go` and `file_reader.go`). Without `apiVersion`, Grafana takes the file
 * for the first format, which was a list, and refuses it.
 */
const provider = go.openObject(
  {
    name: text,
    type: go.oneOf('file', ''),
    orgId: integer,
    folder: text,
    folderUid: text,
    editable: boolean,
    disableDeletion: boolean,
    allowUiUpdates: boolean,
    updateIntervalSeconds: integer,
    options: go.openObject(
      {
        path: string,
        folder: string,
      },
      { 'x-at-least-one': [['path', 'folder']] },
    ),
  },
  { required: ['options'] },
);

export const grafanaProvidersSchema: JsonSchema = {
  title: 'Grafana dashboard provisioning',
  ...go.openObject(
    {
      apiVersion: { ...go.integer, minimum: 1, 'x-expected': '1' },
      providers: go.listOfObjects(provider),
    },
    { required: ['apiVersion'] },
  ),
};
