import * as go from '../go-yaml.ts';
import { type JsonSchema, boolean as jsonBoolean, listOf, string, when } from '../json-schema.ts';
import { anyMap, boolean, duration, integer, text, textMap } from '../parts/grafana-values.ts';

/** Provisioning of alert rules and where they go (Grafana, `pkg/services/provisioning/alerting`). */

const query = go.openObject({
  refId: text,
  queryType: text,
  datasourceUid: text,
  relativeTimeRange: go.openObject({ from: go.anything, to: go.anything }),
  model: anyMap,
});

const notificationSettings = go.openObject(
  {
    receiver: go.filledText,
    group_by: go.texts,
    group_wait: duration,
    group_interval: duration,
    repeat_interval: duration,
    mute_time_intervals: go.texts,
    active_time_intervals: go.texts,
  },
  { required: ['receiver'] },
);

const rule = go.openObject(
  {
    uid: go.filledText,
    title: go.filledText,
    condition: text,
    data: go.listOfObjects(query, { minItems: 1 }),
    dashboardUid: text,
    panelId: integer,
    noDataState: go.oneOf('Alerting', 'NoData', 'OK', 'KeepLast', ''),
    execErrState: go.oneOf('Alerting', 'Error', 'OK', 'KeepLast', ''),
    for: duration,
    keepFiringFor: duration,
    missing_series_evals_to_resolve: integer,
    annotations: textMap,
    labels: textMap,
    isPaused: boolean,
    notification_settings: notificationSettings,
    record: go.openObject({ metric: text, from: text }),
  },
  {
    required: ['uid', 'title', 'data'],
    allOf: [when({ required: ['record'] }, {}, { required: ['condition'] })],
  },
);

const group = go.openObject(
  {
    orgId: integer,
    name: go.filledText,
    folder: go.filledText,
    interval: duration,
    rules: go.listOfObjects(rule),
  },
  { required: ['name', 'folder', 'interval'] },
);

const contactPoint = go.openObject(
  {
    orgId: integer,
    name: go.filledText,
    receivers: go.listOfObjects(
      go.openObject(
        {
          uid: go.filledText,
          type: go.filledText,
          settings: { ...anyMap, minProperties: 1 },
          disableResolveMessage: boolean,
        },
        { required: ['uid', 'type', 'settings'] },
      ),
    ),
  },
  { required: ['name'] },
);

/** A policy goes through JSON, which converts nothing. */
const policy: JsonSchema = go.openObject({
  orgId: integer,
  receiver: string,
  group_by: listOf(string),
  continue: jsonBoolean,
  matchers: go.list(go.anything),
  object_matchers: listOf(
    listOf(string, {
      minItems: 3,
      maxItems: 3,
      'x-expected': 'a list of a label, an operator and a value',
    }),
  ),
  mute_time_intervals: listOf(string),
  active_time_intervals: listOf(string),
  group_wait: duration,
  group_interval: duration,
  repeat_interval: duration,
  routes: listOf({ $ref: '#/$defs/policy' }),
});

export const grafanaAlertingSchema: JsonSchema = {
  title: 'Grafana alerting provisioning',
  $defs: { policy },
  ...go.openObject({
    apiVersion: integer,
    groups: go.listOfObjects(group),
    deleteRules: go.listOfObjects(go.openObject({ orgId: integer, uid: text })),
    contactPoints: go.listOfObjects(contactPoint),
    deleteContactPoints: go.listOfObjects(go.openObject({ orgId: integer, uid: text })),
    policies: go.listOfObjects({ allOf: [{ $ref: '#/$defs/policy' }] }),
    resetPolicies: go.list(integer),
    templates: go.listOfObjects(
      go.openObject({ orgId: integer, name: go.filledText, template: text }, { required: ['name'] }),
    ),
    deleteTemplates: go.listOfObjects(go.openObject({ orgId: integer, name: text })),
    muteTimes: go.listOfObjects(
      go.openObject(
        { orgId: integer, name: go.filledText, time_intervals: go.list(go.anything) },
        { required: ['name'] },
      ),
    ),
    deleteMuteTimes: go.listOfObjects(go.openObject({ orgId: integer, name: text })),
  }),
};
