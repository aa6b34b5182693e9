import type { ToolOutput } from './run.ts';

/**
 * The version that a promtool or amtool prints of itself, `unknown` for one that was built without telling
 * it; undefined when it is none.
 */
export function versionIn({ status, output }: ToolOutput, name: string): string | undefined {
  const match = status === 0 ? new RegExp(`^${name}, version ([\\w.]*)`, 'm').exec(output) : null;
  return match === null ? undefined : match[1] || 'unknown';
}
