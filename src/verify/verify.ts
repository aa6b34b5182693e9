import { programPath } from '../repo/programs.ts';
import { isReadable } from '../repo/repository.ts';
import type { System } from '../stack/system.ts';
import { UsageError } from '../usage.ts';
import { checkConfigs, checkRules, testRules, versionIn, yamlMessages } from './promtool.ts';
import { runTool } from './run.ts';
import { NOT_VERIFIED, type ToolMessage, type Verification } from './verification.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** Which promtool to run: one that is found, none, or the one at a path. */
export type ToolChoice = 'auto' | 'off' | { readonly path: string };

/** Asks promtool and amtool, where they are found, what they say of the repository's files. */
export async function verify(system: System, choice: ToolChoice): Promise<Verification> {
  if (choice === 'off') return NOT_VERIFIED;
  const workspace = openWorkspace(system.files);
  try {
    const { root } = system.files.repo;
    const [promtool, amtool] = await Promise.all([
      versioned('promtool', choice === 'auto' ? programPath('promtool', root) : choice.path),
      versioned('amtool', programPath('amtool', root)),
    ]);
    if (promtool === undefined && choice !== 'auto')
      throw new UsageError(`${choice.path} is no promtool, for --promtool`);
    const [byPromtool, byAmtool] = await Promise.all([
      promtool && askPromtool(promtool, system, workspace),
      amtool && askAmtool(amtool, system, workspace),
    ]);
    return {
      ...NOT_VERIFIED,
      ...byPromtool,
      ...byAmtool,
      tools: { ...NOT_VERIFIED.tools, ...byPromtool?.tools, ...byAmtool?.tools },
    };
  } finally {
    workspace.remove();
  }
}

/** What one tool says. */
type ToolPart = Partial<Omit<Verification, 'tools'>> & { readonly tools: Partial<Verification['tools']> };

interface Tool {
  readonly path: string;
  readonly version: string;
}

/** A tool with the version that it says it is; undefined where there is none. */
async function versioned(name: string, path: string | undefined): Promise<Tool | undefined> {
  if (path === undefined) return undefined;
  const version = versionIn(await runTool(path, ['--version']), name);
  return version === undefined ? undefined : { path, version };
}

async function askPromtool(
  { path: promtool, version }: Tool,
  system: System,
  workspace: Workspace,
): Promise<ToolPart> {
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
    tools: { promtool: { found: true, version, ran: ['check config', 'check rules', 'test rules'] } },
  };
}

async function askAmtool({ path, version }: Tool, system: System, workspace: Workspace): Promise<ToolPart> {
  const alertmanager: ToolMessage[] = [];
  for (const file of system.files.of('alertmanager')) {
    const source = system.files.repo.text(file.path);
    const copy = file.isBroken || file.node.path.length > 0 ? undefined : workspace.add(file.path);
    if (copy === undefined || !isReadable(source)) continue;
    const { status, output } = await runTool(path, ['check-config', copy]);
    if (status === 1) alertmanager.push(...yamlMessages(output, source, workspace));
  }
  return { alertmanager, tools: { amtool: { found: true, version, ran: ['check-config'] } } };
}
