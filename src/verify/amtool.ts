import { programPath } from '../repo/programs.ts';
import { isReadable } from '../repo/repository.ts';
import type { System } from '../stack/system.ts';
import { yamlMessages } from './promtool.ts';
import { versionIn } from './promtool-version.ts';
import { runTool } from './run.ts';
import type { ToolMessage, ToolPart } from './verification.ts';
import type { Workspace } from './workspace.ts';

export interface Amtool {
  readonly path: string;
  readonly version: string;
}

/** The amtool of this machine, never one that the repository brings; undefined where there is none. */
export async function findAmtool(root: string | undefined): Promise<Amtool | undefined> {
  const path = programPath('amtool', root);
  if (path === undefined) return undefined;
  const version = versionIn(await runTool(path, ['--version']), 'amtool');
  return version === undefined ? undefined : { path, version };
}

/** What `amtool check-config` says of the repository's Alertmanager configurations. */
export async function askAmtool(
  { path, version }: Amtool,
  system: System,
  workspace: Workspace,
): Promise<ToolPart> {
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
