import type { Rule } from '../stack/rules.ts';
import type { System } from '../stack/system.ts';
import { UsageError } from '../usage.ts';
import { askAmtool, findAmtool } from './amtool.ts';
import { askCompose, findCompose } from './compose/compose.ts';
import { candidates, type DrilledAlert, drill } from './drill/drill.ts';
import { checkConfigs, checkRules, features, testRules } from './promtool.ts';
import {
  type Fetched,
  fetchedPromtool,
  findPromtool,
  type Promtool,
  type ToolChoice,
} from './promtool-run.ts';
import { testRoutes } from './routes.ts';
import { NOT_VERIFIED, type RoutedAlert, type ToolPart, type Verification } from './verification.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** Which outside tools are asked, and for what. */
export interface Tools {
  readonly promtool: ToolChoice;
  /** Brings a promtool where `auto` finds none and there is something to verify; undefined: none is brought. */
  readonly fetchPromtool?: (() => Promise<Fetched>) | undefined;
  /** The fire drill, where it is asked for. */
  readonly drill?: {
    /** Called as it goes on, with the number of alerts that are done. */
    readonly onProgress?: ((done: number, of: number) => void) | undefined;
  };
}

/** Asks promtool, amtool and docker compose, where they are found, what they say of the repository's files. */
export async function verify(
  system: System,
  { promtool: choice, fetchPromtool: fetch, drill: drilling }: Tools,
  onTimed?: (part: string, milliseconds: number) => void,
): Promise<Verification> {
  if (choice === 'off') return NOT_VERIFIED;
  const workspace = openWorkspace(system.files);
  try {
    const start = performance.now();
    const { root } = system.files.repo;
    const hasCompose = system.files.of('compose').length > 0;
    const [found, amtool, compose] = await Promise.all([
      findPromtool(choice, system),
      findAmtool(root),
      hasCompose ? findCompose(root) : undefined,
    ]);
    if (found === undefined && choice !== 'auto')
      throw new UsageError(`${choice.path} is no promtool, for --promtool`);
    const brought = found ?? (fetch && isNeeded(system) ? await fetchedPromtool(fetch) : undefined);
    const [promtool, problem] = brought && 'problem' in brought ? [undefined, brought.problem] : [brought];
    const [byPromtool, byAmtool, byCompose] = await Promise.all([
      promtool && askPromtool(promtool, system, workspace),
      amtool && askAmtool(amtool, system, workspace),
      compose && askCompose(compose, system),
    ]);
    onTimed?.('verify', performance.now() - start);
    const drillStart = performance.now();
    const by = promtool && { promtool, flags: features(system) };
    const drilled = drilling && by && (await drill(by, candidates(system), drilling.onProgress));
    if (drilled) onTimed?.('drill', performance.now() - drillStart);
    const routes = amtool ? await testRoutes(amtool, system, workspace, firedLabels(drilled ?? [])) : [];
    return {
      ...NOT_VERIFIED,
      ...byPromtool,
      ...byAmtool,
      ...byCompose,
      routes,
      drill: drilled ?? null,
      judge: by,
      notices: [
        ...(promtool === undefined ? missing(system, drilling !== undefined, problem) : []),
        ...(byCompose?.notices ?? []),
      ],
      tools: {
        ...NOT_VERIFIED.tools,
        ...byPromtool?.tools,
        ...toolsOf(byAmtool, routes),
        ...byCompose?.tools,
      },
    };
  } finally {
    workspace.remove();
  }
}

/** The labels that alerts were seen to fire with. */
const firedLabels = (drilled: readonly DrilledAlert[]): Map<Rule, ReadonlyMap<string, string>> =>
  new Map(
    drilled.flatMap(({ rule, verdict }) =>
      verdict?.firesAfter === undefined ? [] : [[rule, verdict.labels] as const],
    ),
  );

/** What was asked of amtool, the routes with it where there were alerts to route. */
function toolsOf(
  { tools }: Partial<ToolPart> = {},
  routes: readonly RoutedAlert[],
): Partial<Verification['tools']> {
  if (tools?.amtool === undefined || routes.length === 0) return tools ?? {};
  return { amtool: { ...tools.amtool, ran: [...tools.amtool.ran, 'config routes test'] } };
}

/** Whether there is anything that promtool could be asked of. */
const isNeeded = (system: System): boolean =>
  (['prometheus', 'rules'] as const).some((kind) => system.files.of(kind).length > 0);

/** What is not verified without promtool, and why there is none as far as that is known; nothing where there is nothing to verify. */
function missing(system: System, isDrillAsked: boolean, problem: string | undefined): string[] {
  if (!isNeeded(system)) return [];
  const why = problem === undefined ? '' : `, and ${problem}`;
  const drilled = isDrillAsked ? ', and the fire drill was not run' : '';
  return [`promtool was not found${why}: its word on configurations, rules and tests is missing${drilled}`];
}

async function askPromtool(promtool: Promtool, system: System, workspace: Workspace): Promise<ToolPart> {
  const [{ messages, failed }, prometheus, rules] = await Promise.all([
    testRules(promtool, system, workspace),
    checkConfigs(promtool, system, workspace),
    checkRules(promtool, system, workspace),
  ]);
  return {
    prometheus,
    rules,
    tests: messages,
    failedTests: failed,
    tools: {
      promtool: {
        found: true,
        version: promtool.version,
        ran: ['check config', 'check rules', 'test rules'],
      },
    },
  };
}
