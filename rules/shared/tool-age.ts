import { prometheusVersion } from '../../src/stack/prometheus-version.ts';
import { prometheusesOf, type System } from '../../src/stack/system.ts';
import { isAtLeast, type Version, versionOf } from '../../src/stack/version.ts';
import type { Verification } from '../../src/verify/verification.ts';

/** What promtool and amtool say of what is newer than they are. */
const OF_VERSIONS =
  /unknown function|not found in type|not enabled|is experimental|parse error: unexpected|invalid (?:recording rule|metric|label) name|function "\w+" not defined/;

/** Whether a Prometheus that runs may know what an older promtool refuses in these words. */
export const isTooNewForPromtool = (message: string, system: System, { tools }: Verification): boolean =>
  OF_VERSIONS.test(message) &&
  isOlder(
    tools.promtool.version,
    // Whatever is newest is newer than version 2.
    prometheusesOf(system).map(({ prometheus }) => {
      const version = prometheusVersion(prometheus);
      return version === 'newest' ? [3, 0] : version;
    }),
  );

/** Whether an Alertmanager that runs may know what an older amtool refuses in these words. */
export const isTooNewForAmtool = (message: string, system: System, { tools }: Verification): boolean =>
  OF_VERSIONS.test(message) &&
  isOlder(
    tools.amtool.version,
    system.stacks.flatMap(({ alertmanagers }) =>
      alertmanagers.map(({ container }): Version => {
        const version = container && versionOf(container);
        return version === 'newest' ? undefined : version;
      }),
    ),
  );

/** Whether a tool, by its version, is certainly older than what runs in one of these. */
function isOlder(version: string | null, running: readonly Version[]): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return major !== undefined && running.some((own) => isAtLeast(own, Number(major), Number(minor) + 1));
}
