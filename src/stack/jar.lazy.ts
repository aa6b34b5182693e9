import { unzipSync } from 'fflate';
import type { Repository } from '../repo/repository.ts';

/** What a file that should be a Java agent's jar really is. */
export type JarState =
  | { readonly state: 'agent' }
  | {
      readonly state: 'empty' | 'html' | 'lfs-pointer' | 'truncated' | 'no-jar' | 'no-agent';
      readonly what: string;
    };

/** Jars larger than this are not read, in bytes; the largest agent has about 15 MB. */
const LARGEST = 64 * 1024 * 1024;
/** Of a manifest, unpacked, in bytes. */
const LARGEST_MANIFEST = 1024 * 1024;

/** Looks at the bytes of a jar: a zip archive whose manifest names an agent (java.lang.instrument, "Manifest Attributes"). */
export function inspectJar(repo: Repository, path: string): JarState {
  const size = repo.entry(path)?.size ?? 0;
  if (size === 0) return { state: 'empty', what: 'an empty file' };
  const bytes = repo.bytes(path, LARGEST);
  // Too large to look at, or not readable: nothing is known against it.
  if (bytes === undefined || bytes.length < size) return { state: 'agent' };
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 512)).trimStart();
  if (/^version https:\/\/git-lfs\./.test(start))
    return { state: 'lfs-pointer', what: 'a Git LFS pointer, not the file itself' };
  if (/^<(?:!doctype|html|\?xml|head)/i.test(start))
    return { state: 'html', what: 'a web page, such as an error page that was downloaded in its place' };
  if (!start.startsWith('PK'))
    return { state: 'no-jar', what: `no jar: it begins with ${JSON.stringify(start.slice(0, 12))}` };
  let manifest: Uint8Array | undefined;
  try {
    manifest = unzipSync(bytes, {
      // What claims to be larger may be made to fill the memory.
      filter: ({ name, originalSize }) => name === 'META-INF/MANIFEST.MF' && originalSize <= LARGEST_MANIFEST,
    })['META-INF/MANIFEST.MF'];
  } catch {
    // The directory at the archive's end is missing or damaged.
    return { state: 'truncated', what: `a truncated jar of ${size} bytes` };
  }
  const text = manifest ? new TextDecoder().decode(manifest) : '';
  return /^Premain-Class:/m.test(text)
    ? { state: 'agent' }
    : { state: 'no-agent', what: 'a jar without an agent: its manifest has no Premain-Class' };
}
