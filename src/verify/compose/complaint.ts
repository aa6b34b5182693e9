/** What a message of docker compose's speaks of. */
export interface Subject {
  /** `services`, `networks`, `volumes`, `configs` or `secrets`; undefined for the project as a whole. */
  readonly section: string | undefined;
  /** The name there. */
  readonly name: string | undefined;
  /** The setting that it speaks of, as far as it tells: a list's items have no number. */
  readonly keys: readonly string[];
  /** A text that stands in the setting. */
  readonly written: string | undefined;
}

const SECTIONS = 'services|networks|volumes|configs|secrets';
/** `services.api.ports.[].target`, and as a decoder writes it `services[api].mem_limit`. */
const PATH = new RegExp(`\\b(${SECTIONS})(?:\\.|\\[)([\\w-]+)\\]?((?:\\.[\\w-]+|\\.\\[\\])*)`);
const SERVICE = /\bservice "?([\w.-]+)"?/;

/** The settings behind messages that name none, with the group that tells what is written there. */
const WORDS: readonly (readonly [words: RegExp, key: string])[] = [
  [/undefined (?:network) "?([\w.-]+)"?/, 'networks'],
  [/undefined (?:volume) "?([\w.-]+)"?/, 'volumes'],
  [/undefined (?:config) "?([\w.-]+)"?/, 'configs'],
  [/undefined (?:secret) "?([\w.-]+)"?/, 'secrets'],
  [/depends on undefined service "?([\w.-]+)"?/, 'depends_on'],
  [/env file (\S+)/, 'env_file'],
  [/mutually exclusive `(\w+)`/, 'network_mode'],
  [/cannot extend service|service "[^"]+" not found/, 'extends'],
  [/(?:[Ii]nvalid (?:hostPort|containerPort|proto|port range|ip address)|No port specified): (\S+)/, 'ports'],
  [/invalid spec: (.+?): (?:empty section|too many colons|unknown option)/, 'volumes'],
];

/** What a message of docker compose's speaks of, by its words. */
export function subjectOf(message: string): Subject {
  const [, section, name, path = ''] = PATH.exec(message) ?? [];
  if (section !== undefined && name !== undefined) {
    // `services.deploy.replicas: can't set container_name and api as container name must be unique`
    const unique = /container_name and ([\w.-]+) as/.exec(message)?.[1];
    if (unique !== undefined) return { section, name: unique, keys: ['container_name'], written: undefined };
    const keys = path.split('.').filter((key) => key !== '' && key !== '[]');
    const unknown = /additional properties '([^']+)'/.exec(message)?.[1];
    return { section, name, keys: [...keys, ...(unknown ? [unknown] : [])], written: undefined };
  }
  const cycle = /cycle detected: ([\w.-]+) -> ([\w.-]+)/.exec(message);
  if (cycle !== null) return { section: 'services', name: cycle[1], keys: ['depends_on'], written: cycle[2] };
  const service = SERVICE.exec(message)?.[1];
  for (const [words, key] of WORDS) {
    const found = words.exec(message);
    if (found !== null) return { section: 'services', name: service, keys: [key], written: found[1] };
  }
  const unknown = /additional properties '([^']+)'/.exec(message)?.[1];
  if (service === undefined && unknown !== undefined)
    return { section: undefined, name: undefined, keys: [unknown], written: undefined };
  return { section: service && 'services', name: service, keys: [], written: undefined };
}

/**
 * What docker compose has against its files, in its own words: without the lines of its log, and without what
 * it says around them. Undefined where it says nothing.
 */
export function complaintIn(output: string): string | undefined {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !/^time="/.test(line));
  // A decoder's list has a heading.
  const said = /following error\(s\):/.test(lines[0] ?? '') ? lines.slice(1) : lines;
  return said[0]
    ?.trim()
    .replace(/^validating \S+:\s+/, '')
    .replace(/: invalid compose project$/, '');
}
