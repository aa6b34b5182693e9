import type { GraphArguments, GraphFormat } from '../arguments.ts';
import { checkStatically } from '../check.ts';
import { plainJson } from '../hidden-characters.ts';
import { openDisk } from '../repo/disk.ts';
import { dotGraph } from '../report/graph/dot.ts';
import { jsonGraph } from '../report/graph/json.ts';
import { mermaidGraph } from '../report/graph/mermaid.ts';
import { systemGraph } from '../report/graph/system-graph.ts';
import { htmlReport } from '../report/html/page.ts';
import type { CheckResult } from '../result.ts';
import type { Terminal } from '../terminal.ts';
import { existingDirectory, readConfigFile, refuseToWrite, writeReport } from './files.ts';

/** Draws the system that a folder describes; the result is the exit status: 0, whatever is wrong with the system. */
export function runGraph(options: GraphArguments, terminal: Terminal): number {
  const { directory, format, file, config } = options;
  const root = existingDirectory(directory);
  refuseToWrite(file, root);
  const result = checkStatically({
    disk: openDisk(root),
    config: config === undefined ? undefined : readConfigFile(config, root),
    preset: undefined,
    severities: new Map(),
    today: new Date().toISOString().slice(0, 10),
  });
  const text = draw(format, result);
  if (file === undefined) terminal.write(text);
  else writeReport(file, text, root);
  return 0;
}

function draw(format: GraphFormat, result: CheckResult): string {
  switch (format) {
    case 'mermaid':
      return mermaidGraph(systemGraph(result));
    case 'dot':
      return dotGraph(systemGraph(result));
    case 'json':
      return `${plainJson(jsonGraph(systemGraph(result)))}\n`;
    case 'html':
      return htmlReport(result);
  }
}
