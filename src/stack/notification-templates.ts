import { distance } from 'fastest-levenshtein';
import type { Files } from '../repo/files.ts';
import { child, entries, items, type Node, type Place, within } from '../repo/node.ts';
import { isReadable } from '../repo/repository.ts';
import type { Alertmanager } from './alertmanager.ts';

/** A call of a template by its name: `{{ template "slack.title" . }}`. */
export interface TemplateCall {
  readonly name: string;
  readonly place: Place;
}

const CALL = /\{\{-?\s*template\s+(["`])([^"`]+)\1/g;
const DEFINE = /\{\{-?\s*(?:define|block)\s+(["`])([^"`]+)\1/g;

/** Templates that Alertmanager brings itself, by the integration that they are for (Alertmanager, template/default.tmpl and email.tmpl). */
const OWN: Readonly<Record<string, readonly string[]>> = {
  discord: ['content', 'message', 'title'],
  email: ['html', 'subject'],
  jira: ['description', 'priority', 'summary'],
  msteams: ['summary', 'text', 'title'],
  msteamsv2: ['text', 'title'],
  opsgenie: ['description', 'message', 'source', 'tags', 'teams'],
  pagerduty: ['client', 'clientURL', 'description', 'instances'],
  pushover: ['message', 'title', 'url'],
  rocketchat: ['alias', 'emoji', 'iconurl', 'text', 'title', 'titlelink'],
  slack: [
    'callbackid',
    'fallback',
    'footer',
    'iconemoji',
    'iconurl',
    'pretext',
    'text',
    'title',
    'titlelink',
    'username',
  ],
  sns: ['message', 'subject'],
  telegram: ['message'],
  victorops: ['entity_display_name', 'monitoring_tool', 'state_message'],
  webex: ['message'],
  wechat: ['agent_id', 'api_secret', 'message', 'to_party', 'to_tag', 'to_user'],
};

/** The templates that Alertmanager brings for an integration, by which a name begins; none for one that it has none for. */
export const ownTemplates = (name: string): readonly string[] => {
  const kind = /^(\w+)\.default\./.exec(name)?.[1] ?? '';
  return Object.hasOwn(OWN, kind) ? (OWN[kind] ?? []).map((ending) => `${kind}.default.${ending}`) : [];
};

/** Letters by which a name that is misspelt differs at most. */
const SLIP = 2;

/** Whether Alertmanager brings a template; a newer one may bring more, but none that is nearly one of today's. */
function isOwn(name: string): boolean {
  if (!/^(?:__|\w+\.default\.)/.test(name)) return false;
  const own = ownTemplates(name);
  return own.includes(name) || own.every((other) => distance(other, name) > SLIP);
}

/** The templates that the receivers of a configuration, and the template files that it loads, call by name. */
export function templateCalls({ config, templates }: Alertmanager, files: Files): TemplateCall[] {
  const inConfig =
    config === undefined
      ? []
      : stringsBelow(child(config, 'receivers')).flatMap((node) => {
          const text = node.value as string;
          return [...text.matchAll(CALL)].map((match) => {
            const start = match.index + match[0].length - 1 - (match[2] as string).length;
            return {
              name: match[2] as string,
              place: within(node, { start, end: start + (match[2] as string).length }),
            };
          });
        });
  const inFiles = sourcesOf(templates, files).flatMap((source) =>
    [...source.text.matchAll(CALL)].map((match): TemplateCall => {
      const start = match.index + match[0].length - 1 - (match[2] as string).length;
      return {
        name: match[2] as string,
        place: { source, span: { start, end: start + (match[2] as string).length } },
      };
    }),
  );
  return [...inConfig, ...inFiles].filter(({ name }) => !isOwn(name));
}

/** The names that template files define; undefined when not every file that is loaded is known. */
export function definedTemplates({ templates }: Alertmanager, files: Files): Set<string> | undefined {
  if (templates.some(({ found, isComplete }) => !isComplete || found.length === 0)) return undefined;
  const paths = templates.flatMap(({ found }) => found.map(({ path }) => path));
  const sources = sourcesOf(templates, files);
  if (sources.length < new Set(paths).size) return undefined;
  return new Set(
    sources.flatMap(({ text }) => [...text.matchAll(DEFINE)].map((match) => match[2] as string)),
  );
}

const sourcesOf = (templates: Alertmanager['templates'], files: Files) =>
  [...new Set(templates.flatMap(({ found }) => found.map(({ path }) => path)))].flatMap((path) => {
    const text = files.repo.text(path);
    return isReadable(text) ? [text] : [];
  });

/** Every string below a node. */
function stringsBelow(node: Node): Node[] {
  if (typeof node.value === 'string') return [node];
  return [...items(node), ...entries(node).map(([, value]) => value)].flatMap(stringsBelow);
}
