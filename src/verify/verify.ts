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
    const promtool = choice === 'auto' ? 'promtool' : choice.path;
    const version = versionIn(await runTool(promtool, ['--version']), 'promtool');
    if (version === undefined && choice !== 'auto')
      throw new UsageError(`${choice.path} is no promtool, for --promtool`);
    const byPromtool = version === undefined ? {} : await askPromtool(promtool, version, system, workspace);
    return {
      ...NOT_VERIFIED,
      ...byPromtool,
      ...(await askAmtool(system, workspace, { ...NOT_VERIFIED, ...byPromtool })),
    };
  } finally {
    workspace.remove();
  }
}

async function askPromtool(
  promtool: string,
  version: string,
  system: System,
  workspace: Workspace,
): Promise<Partial<Verification>> {
  const { messages, failed } = await testRules(promtool, system, workspace);
  return {
    prometheus: await checkConfigs(promtool, system, workspace),
    rules: await checkRules(promtool, system, workspace),
    tests: messages,
    failedTests: failed,
    tools: {
      ...NOT_VERIFIED.tools,
      promtool: { found: true, version, ran: ['check config', 'check rules', 'test rules'] },
    },
  };
}

async function askAmtool(
  system: System,
  workspace: Workspace,
  { tools }: Verification,
): Promise<Partial<Verification>> {
  const version = versionIn(await runTool('amtool', ['--version']), 'amtool');
  if (version === undefined) return { tools };
  const alertmanager: ToolMessage[] = [];
  for (const file of system.files.of('alertmanager')) {
    const source = system.files.repo.text(file.path);
    const copy = file.isBroken || file.node.path.length > 0 ? undefined : workspace.add(file.path);
    if (copy === undefined || !isReadable(source)) continue;
    const { status, output } = await runTool('amtool', ['check-config', copy]);
    if (status === 1) alertmanager.push(...yamlMessages(output, source, workspace));
  }
  return { alertmanager, tools: { ...tools, amtool: { found: true, version, ran: ['check-config'] } } };
}
