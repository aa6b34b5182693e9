import type pc from 'picocolors';
import type { SmokeOutcome } from '../smoke/outcome.ts';
import { counted } from '../words.ts';
import { printable, wrap } from './text.ts';

type Colors = ReturnType<typeof pc.createColors>;

/** Lines of a log that the terminal shows; the rest is in the saved ones. */
const LOG_LINES = 8;

/** What a boot showed, for people: a line for each look, then the last lines of what failed. */
export function smokeBlocks(
  smoke: SmokeOutcome | undefined,
  options: { readonly width: number; readonly quiet: boolean },
  colors: Colors,
): string[] {
  if (smoke === undefined) return [];
  const { width, quiet } = options;
  // That it was not done, and why, stands among the notes.
  if (!smoke.isBooted) return [];
  if (quiet) return [];
  const longest = Math.max(...smoke.looks.map(({ look }) => look.length));
  const lines = smoke.looks.flatMap(({ look, ok, detail }) => {
    const [head = '', ...rest] = wrap(printable(detail), width - longest - 4);
    const mark = ok ? colors.green('✓') : colors.red('✗');
    return [
      `${mark} ${look.padEnd(longest)}  ${head}`,
      ...rest.map((line) => `${' '.repeat(longest + 4)}${line}`),
    ];
  });
  const logs = smoke.logs.map(({ service, text }) => {
    const all = text.split('\n');
    const shown = all
      .slice(-LOG_LINES)
      .map((line) => `  ${colors.dim('│')} ${cut(printable(line), width - 4)}`);
    return [colors.bold(`last ${counted(shown.length, 'line')} of "${printable(service)}"`), ...shown].join(
      '\n',
    );
  });
  return [...logs, [colors.bold('smoke boot'), ...lines].join('\n')];
}

const cut = (line: string, width: number): string =>
  line.length <= width ? line : `${line.slice(0, width - 1)}…`;
