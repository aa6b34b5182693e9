import { DockerfileParser } from 'dockerfile-ast';
import { resolvePath } from '../repo/path.ts';
import type { SourceText, Span } from '../repo/text.ts';
import { splitWords } from './words.ts';

/** A `COPY` or `ADD`: from the build context, another stage or image, or the network, into the image. */
export interface CopyStep {
  readonly sources: readonly string[];
  /** Absolute, in the image. */
  readonly target: string;
  /** Whether the target names a folder. */
  readonly intoFolder: boolean;
  /** `--from`: the sources are not in the build context. */
  readonly isFromElsewhere: boolean;
  readonly span: Span;
}

/** What a Dockerfile makes, up to the stage that is built. */
export interface ImageRecipe {
  readonly source: SourceText;
  /** The image that it begins with; undefined for one that a build argument names. */
  readonly base: string | undefined;
  readonly copies: readonly CopyStep[];
  /** `RUN` steps' texts. */
  readonly runs: readonly { text: string; span: Span }[];
  readonly env: ReadonlyMap<string, { value: string; span: Span }>;
  readonly expose: readonly number[];
  readonly hasHealthcheck: boolean;
  readonly entrypoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
}

interface Stage {
  name: string | undefined;
  base: string | undefined;
  copies: CopyStep[];
  runs: { text: string; span: Span }[];
  env: Map<string, { value: string; span: Span }>;
  expose: number[];
  hasHealthcheck: boolean;
  entrypoint: string[] | undefined;
  command: string[] | undefined;
  workdir: string;
}

/** Reads a Dockerfile; undefined when it has no stage, or not the one asked for. */
export function readDockerfile(source: SourceText, target?: string): ImageRecipe | undefined {
  const stages: Stage[] = [];
  const defaults = new Map<string, string>();
  for (const instruction of DockerfileParser.parse(source.text).getInstructions()) {
    const range = instruction.getRange();
    const span = { start: offsetOf(source, range.start), end: offsetOf(source, range.end) };
    const keyword = instruction.getKeyword();
    const content = (instruction.getArgumentsContent() ?? '').trim();
    const stage = stages.at(-1);
    if (keyword === 'ARG' && stage === undefined) {
      const [name = '', value] = splitOnce(content, '=');
      if (value !== undefined) defaults.set(name, value);
    } else if (keyword === 'FROM') {
      stages.push(startStage(content, stages, defaults));
    } else if (stage !== undefined) {
      addStep(
        stage,
        keyword,
        content,
        instruction.getArguments().map((argument) => argument.getValue()),
        span,
      );
    }
  }
  const wanted =
    target === undefined ? stages.at(-1) : stages.find(({ name }) => name === target.toLowerCase());
  return wanted && { source, ...wanted };
}

function startStage(content: string, stages: readonly Stage[], defaults: ReadonlyMap<string, string>): Stage {
  const words = content.split(/\s+/).filter((word) => !word.startsWith('--'));
  const image = (words[0] ?? '').replace(
    /\$\{?(\w+)(?::?-([^}]*))?\}?/g,
    (whole, name: string, fallback?: string) => defaults.get(name) ?? fallback ?? whole,
  );
  const name = words[1]?.toUpperCase() === 'AS' ? words[2]?.toLowerCase() : undefined;
  const parent = stages.find((stage) => stage.name !== undefined && stage.name === image.toLowerCase());
  if (parent !== undefined)
    return {
      ...parent,
      name,
      copies: [...parent.copies],
      runs: [...parent.runs],
      env: new Map(parent.env),
      expose: [...parent.expose],
    };
  return {
    name,
    base: image.includes('$') ? undefined : image,
    copies: [],
    runs: [],
    env: new Map(),
    expose: [],
    hasHealthcheck: false,
    entrypoint: undefined,
    command: undefined,
    workdir: '/',
  };
}

function addStep(stage: Stage, keyword: string, content: string, words: readonly string[], span: Span): void {
  switch (keyword) {
    case 'COPY':
    case 'ADD':
      addCopy(stage, content, words, span);
      break;
    case 'RUN':
      stage.runs.push({ text: content, span });
      break;
    case 'ENV':
      for (const [name, value] of envPairs(content))
        stage.env.set(name, { value: expand(value, stage.env), span });
      break;
    case 'EXPOSE':
      for (const word of words) {
        const port = /^(\d+)(?:\/\w+)?$/.exec(word)?.[1];
        if (port !== undefined) stage.expose.push(Number(port));
      }
      break;
    case 'HEALTHCHECK':
      stage.hasHealthcheck = !/^NONE\b/i.test(content);
      break;
    case 'WORKDIR':
      stage.workdir = resolvePath(stage.workdir, expand(content, stage.env)) ?? '/';
      break;
    case 'ENTRYPOINT':
      stage.entrypoint = commandWords(content);
      // A new entrypoint drops the command that the base image had.
      stage.command = undefined;
      break;
    case 'CMD':
      stage.command = commandWords(content);
      break;
  }
}

function addCopy(stage: Stage, content: string, words: readonly string[], span: Span): void {
  const list = content.trimStart().startsWith('[') ? jsonWords(content) : undefined;
  const flags = words.filter((word) => word.startsWith('--'));
  const paths = (list ?? words.filter((word) => !word.startsWith('--'))).map((word) =>
    expand(word, stage.env),
  );
  const target = paths.at(-1);
  if (target === undefined || paths.length < 2) return;
  stage.copies.push({
    sources: paths.slice(0, -1),
    target: resolvePath(stage.workdir, target) ?? '/',
    intoFolder: paths.length > 2 || /(?:^|\/)\.?$/.test(target),
    isFromElsewhere: flags.some((flag) => flag.startsWith('--from')),
    span,
  });
}

function jsonWords(content: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    // Docker takes a list that is no JSON for a shell command, and so do the callers.
    return undefined;
  }
}

const commandWords = (content: string): string[] => jsonWords(content) ?? ['/bin/sh', '-c', content];

function envPairs(content: string): [string, string][] {
  const first = /^(\w+)\s+([^=].*)$/s.exec(content);
  if (first !== null && !/^\w+=/.test(content)) return [[first[1] as string, first[2] as string]];
  return splitWords(content).flatMap((word): [string, string][] => {
    const [name = '', value] = splitOnce(word, '=');
    return value === undefined ? [] : [[name, value]];
  });
}

const expand = (text: string, env: ReadonlyMap<string, { value: string }>): string =>
  text.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => env.get(name)?.value ?? whole);

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0
    ? [text, undefined]
    : [text.slice(0, at), text.slice(at + separator.length).replace(/^["']|["']$/g, '')];
}

function offsetOf(source: SourceText, position: { line: number; character: number }): number {
  return Math.min(source.lineStart(position.line + 1) + position.character, source.text.length);
}
