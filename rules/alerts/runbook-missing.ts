import { defineRule } from '../../src/lint/rule.ts';
import { basename, dirname, resolvePath } from '../../src/repo/path.ts';
import type { Repository } from '../../src/repo/repository.ts';
import { isReadable } from '../../src/repo/repository.ts';
import { alertsIn, isRunbook } from '../../src/stack/alert-conventions.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { promqlGroups } from '../../src/stack/usages.ts';
import { nearest } from '../../src/words.ts';

const alert = (runbook: string): string => `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        labels:
          severity: critical
        annotations:
          summary: The API is down
          runbook_url: ${runbook}
`;
const RUNBOOKS = { 'docs/runbooks/api.md': '# API\n\n## ApiDown\n\nLook at its logs.\n' };

export const rule = defineRule({
  id: 'alerts/runbook-missing',
  severity: 'warning',
  peers: ['pint rule/link'],
  summary: 'A runbook that is not there.',
  why: `The link is followed for the first time when something is broken, by somebody in a hurry. It leads to nothing:
the file was renamed, or never written.`,
  fix: `Correct the path, or write the runbook. A relative link counts from the root of the repository or from the
rule file.`,
  bad: {
    files: { ...RUNBOOKS, 'alerts.yml': alert('docs/runbooks/apis.md#apidown') },
    at: ['alerts.yml:10:24'],
  },
  good: { files: { ...RUNBOOKS, 'alerts.yml': alert('docs/runbooks/api.md#apidown') } },
  check({ system, report }) {
    const { repo } = system.files;
    for (const { name, group, annotations } of alertsIn(promqlGroups(system))) {
      for (const [key, { text, node }] of annotations) {
        if (!isRunbook(key)) continue;
        const link = localLink(text, repo);
        if (link === undefined) continue;
        const candidates = link.isAddress
          ? [link.path]
          : [link.path, resolvePath(dirname(group.file.path), link.path)].filter(
              (path) => path !== undefined,
            );
        const found = candidates.find((path) => repo.entry(path) !== undefined);
        if (found === undefined) {
          const close = nearest(
            link.path,
            repo.paths.filter((path) => basename(path).includes('.')),
          );
          report({
            at: { node },
            message: `the runbook "${link.path}" of the alert "${name}" is not in the repository`,
            help: close ? `did you mean "${close}"?` : 'write it, or correct the link',
          });
        } else if (link.heading !== undefined && !hasHeading(repo, found, link.heading)) {
          report({
            at: { node },
            message: `the runbook "${found}" has no heading "${link.heading}", which the alert "${name}" links`,
            help: 'add the heading, or correct the link',
          });
        }
      }
    }
  },
});

interface Link {
  readonly path: string;
  readonly heading: string | undefined;
  /** Whether it is an address of the repository's files on a web site. */
  readonly isAddress: boolean;
}

/** A link that leads to a file of this repository; undefined for any other. */
function localLink(text: string, repo: Repository): Link | undefined {
  if (text.includes('{{') || isUnknown(text) || /\s/.test(text.trim())) return undefined;
  const [target = '', heading] = text.trim().split('#');
  const address = /^https?:\/\/[^/]+\/[^?]*?\/(?:-\/)?(?:blob|tree)\/[^/]+\/([^?]+)$/.exec(target);
  if (address !== null) {
    const path = decoded(address[1] as string);
    // It may be another repository's: only one whose folder is here is taken for this one.
    const folder = dirname(path);
    return folder !== '' && repo.entry(folder)?.type === 'directory'
      ? { path, heading: undefined, isAddress: true }
      : undefined;
  }
  if (/^[a-z][\w+.-]*:|^\/\/|^\/|^$/i.test(target) || !/\.\w+$|\//.test(target)) return undefined;
  const path = resolvePath('', target);
  return path === undefined ? undefined : { path, heading, isAddress: false };
}

/** An address's text; as it stands where its escapes are none. */
function decoded(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}

/** Whether a Markdown file has a heading that a link's fragment names, as web sites make fragments of them. */
function hasHeading(repo: Repository, path: string, heading: string): boolean {
  const source = /\.(?:md|markdown)$/i.test(path) ? repo.text(path) : undefined;
  if (source === undefined || !isReadable(source)) return true;
  const wanted = decoded(heading).toLowerCase();
  const slug = (text: string): string =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
  const headings = [...source.text.matchAll(/^#{1,6}[^\S\n](.*)$/gm)].map((match) =>
    slug(match[1] as string),
  );
  const anchors = [...source.text.matchAll(/(?:id|name)="([^"]+)"/g)].map((match) =>
    (match[1] as string).toLowerCase(),
  );
  return (
    headings.some((one) => one === wanted || one.startsWith(`${wanted}-`)) ||
    anchors.includes(wanted) ||
    /^L\d+/i.test(wanted)
  );
}
