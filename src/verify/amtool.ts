import { join } from 'node:path';
import type { File, Files } from '../repo/files.ts';
import { child, type Node, spanOf, textItems } from '../repo/node.ts';
import { basename } from '../repo/path.ts';
import { programPath } from '../repo/programs.ts';
import { isReadable } from '../repo/repository.ts';
import type { SourceText } from '../repo/text.ts';
import { alertmanagersIn, type System } from '../stack/system.ts';
import { lineOf, yamlMessages } from './promtool.ts';
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

/**
 * What `amtool check-config` says of the repository's Alertmanager configurations, with the templates that
 * they load laid out where it finds them: paths of a container mean nothing on this machine.
 */
export async function askAmtool(
  { path, version }: Amtool,
  system: System,
  workspace: Workspace,
): Promise<ToolPart> {
  const alertmanager: ToolMessage[] = [];
  for (const file of system.files.of('alertmanager')) {
    const source = system.files.repo.text(file.path);
    if (file.isBroken || file.node.path.length > 0 || !isReadable(source)) continue;
    const loaded = templatesOf(file.node, system);
    const copy = layOut(file, source, loaded, system.files, workspace);
    if (copy === undefined) continue;
    const { status, output } = await runTool(path, ['check-config', copy]);
    if (status !== 1) continue;
    const own = templateMessages(output, loaded, system.files);
    alertmanager.push(...(own.length > 0 ? own : yamlMessages(output, source, workspace)));
  }
  return { alertmanager, tools: { amtool: { found: true, version, ran: ['check-config'] } } };
}

/** An entry of `templates`, and the files in the repository that it stands for. */
interface Loaded {
  readonly node: Node;
  readonly paths: readonly string[];
}

/** What the entries of `templates` stand for in whatever reads the configuration. */
function templatesOf(config: Node, system: System): Loaded[] {
  const readers = alertmanagersIn(system).filter((one) => one.config.doc === config.doc);
  return textItems(child(config, 'templates')).map(({ node }, index) => {
    const found = readers.flatMap(({ alertmanager }) => alertmanager.templates[index]?.found ?? []);
    return { node, paths: [...new Set(found.map(({ path }) => path))] };
  });
}

/** Copies a configuration whose `templates` are copies as well; undefined where an entry is not written in one line. */
function layOut(
  { path }: File,
  source: SourceText,
  loaded: readonly Loaded[],
  files: Files,
  workspace: Workspace,
): string | undefined {
  let text = source.text;
  for (const [number, { node, paths }] of [...loaded.entries()].reverse()) {
    const { start, end } = spanOf({ node });
    if (/[\r\n]/.test(source.text.slice(start, end))) return undefined;
    // What is not here matches nothing, and never a file of this machine.
    const folder = `${path}.templates/${number}`;
    for (const [index, one] of paths.entries()) {
      const template = files.repo.text(one);
      if (isReadable(template)) workspace.write(`${folder}/${index}/${basename(one)}`, template.text);
    }
    const pattern = JSON.stringify(join(workspace.folder, folder, '*', '*'));
    text = `${text.slice(0, start)}${pattern}${text.slice(end)}`;
  }
  return workspace.write(path, text);
}

/** What amtool has against a template, at its line in the file. */
function templateMessages(output: string, loaded: readonly Loaded[], files: Files): ToolMessage[] {
  const [, name, line, message] = /FAILED: template: ([^:\n]+):(\d+)(?::\d+)?: (.+)/.exec(output) ?? [];
  if (message === undefined) return [];
  return loaded
    .flatMap(({ paths }) => paths)
    .filter((path) => basename(path) === name)
    .slice(0, 1)
    .flatMap((path) => {
      const source = files.repo.text(path);
      return isReadable(source) ? [{ place: lineOf(source, Number(line)), message }] : [];
    });
}
