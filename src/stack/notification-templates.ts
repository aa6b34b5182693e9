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

/** Templates that Alertmanager brings itself (Alertmanager, template/default.tmpl and email.tmpl). */
const isOwn = (name: string): boolean => /^(?:__|\w+\.default\.)/.test(name);

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
