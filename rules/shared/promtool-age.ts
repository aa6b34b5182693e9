import { prometheusVersion } from '../../src/stack/prometheus-version.ts';
import { prometheusesOf, type System } from '../../src/stack/system.ts';
import { isAtLeast } from '../../src/stack/version.ts';
import type { Verification } from '../../src/verify/verification.ts';

/** What a promtool says of what is newer than it. */
const OF_VERSIONS =
  /unknown function|not found in type|not enabled|is experimental|parse error: unexpected|invalid (?:recording rule|metric|label) name/;

/** Whether a Prometheus that runs may know what an older promtool refuses in these words. */
export const isPerhapsTooNew = (message: string, system: System, { tools }: Verification): boolean =>
  OF_VERSIONS.test(message) && isOlder(tools.promtool.version, system);

/** Whether promtool, by its version, is certainly older than a Prometheus that runs; whatever is newest is newer than version 2. */
function isOlder(version: string | null, system: System): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (major === undefined) return false;
  return prometheusesOf(system).some(({ prometheus }) => {
    const own = prometheusVersion(prometheus);
    return own === 'newest' ? Number(major) < 3 : isAtLeast(own, Number(major), Number(minor) + 1);
  });
}
