import { readArguments } from './arguments.ts';
import { runCheck } from './commands/check.ts';
import { completions } from './commands/completions.ts';
import { runDrill } from './commands/drill.ts';
import { runGraph } from './commands/graph.ts';
import { runInit } from './commands/init.ts';
import { explainRule, ruleJson, ruleList } from './commands/rules.ts';
import { helpOf } from './help.ts';
import { printable } from './report/text.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';
import { VERSION } from './version.ts';

/** Runs the command that the arguments name; the result is the exit status. */
async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const args = readArguments(argv);
  switch (args.command) {
    case 'help':
      terminal.write(helpOf(args.of));
      return 0;
    case 'version':
      terminal.write(`${VERSION}\n`);
      return 0;
    case 'rules':
      terminal.write(args.isJson ? ruleJson() : ruleList(terminal.color(args.color), terminal.width));
      return 0;
    case 'explain':
      terminal.write(explainRule(args.rule, terminal.color(args.color), terminal.width));
      return 0;
    case 'completions':
      terminal.write(completions(args.shell));
      return 0;
    case 'init':
      return runInit(args.directory, terminal);
    case 'graph':
      return runGraph(args.options, terminal);
    case 'drill':
      return runDrill(args.options, terminal);
    case 'check':
      return runCheck(args.options, terminal);
  }
}

const terminal = processTerminal();
run(process.argv.slice(2), terminal).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => fail(error),
);

/** Says in one line why what was asked could not be done. */
function fail(error: unknown): void {
  process.exitCode = 2;
  if (error instanceof UsageError) {
    // A message may hold names of the repository's, which must neither break the line nor steer the terminal.
    terminal.error(`monitoring-check: ${printable(error.message).replace(/\s*\n\s*/g, ' ')}\n`);
  } else {
    const detail =
      error instanceof Error
        ? process.env.MONITORING_CHECK_DEBUG
          ? error.stack
          : error.message
        : String(error);
    terminal.error(
      `monitoring-check: a fault of its own, please report it: ${detail} (MONITORING_CHECK_DEBUG=1 shows where)\n`,
    );
  }
}
