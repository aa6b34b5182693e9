import { agentMutators } from './agents.ts';
import { alertmanagerMutators } from './alertmanager.ts';
import { alertsMutators } from './alerts.ts';
import { composeMutators } from './compose.ts';
import { composeServiceMutators } from './compose-services.ts';
import { dashboardQueryMutators } from './dashboard-queries.ts';
import { dashboardsMutators } from './dashboards.ts';
import { grafanaMutators } from './grafana.ts';
import { jmxMutators } from './jmx.ts';
import { logsAndTracesMutators } from './logs-and-traces.ts';
import type { Mutator } from './mutator.ts';
import { pathsMutators } from './paths.ts';
import { prometheusMutators } from './prometheus.ts';
import { promqlMutators } from './promql.ts';
import { provisioningMutators } from './provisioning.ts';
import { recordingsMutators } from './recordings.ts';
import { rulesMutators } from './rules.ts';
import { securityMutators } from './security.ts';
import { syntaxMutators } from './syntax.ts';
import { telemetryMutators } from './telemetry.ts';
import { testsMutators } from './tests.ts';

export const MUTATORS: readonly Mutator[] = [
  ...prometheusMutators,
  ...composeMutators,
  ...composeServiceMutators,
  ...securityMutators,
  ...syntaxMutators,
  ...rulesMutators,
  ...alertsMutators,
  ...promqlMutators,
  ...recordingsMutators,
  ...testsMutators,
  ...pathsMutators,
  ...alertmanagerMutators,
  ...grafanaMutators,
  ...provisioningMutators,
  ...dashboardsMutators,
  ...dashboardQueryMutators,
  ...telemetryMutators,
  ...agentMutators,
  ...jmxMutators,
  ...logsAndTracesMutators,
];
