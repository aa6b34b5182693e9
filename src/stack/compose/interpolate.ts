/**
 * Variables in compose files, as Docker Compose puts them in (Docker documentation, "Interpolation"):
 * `$NAME`, `${NAME}`, with `:-` or `-` a default, `:?` or `?` an error, `:+` or `+` a replacement, and `$$`
 * for a dollar. What the repository does not tell stays in the text as it was written, so that a text
 * with a variable left in it is an unknown one.
 */

/** What is known of the variables that compose will see. */
export interface Environment {
  get(name: string): string | undefined;
}

export const NO_ENVIRONMENT: Environment = new Map<string, string>();

/** Variables in the defaults of others, far more than a person nests: what is deeper stays as it is written. */
const DEEPEST = 50;

/** A text with the known variables put in. */
export function interpolate(text: string, environment: Environment, depth = 0): string {
  if (!text.includes('$') || depth > DEEPEST) return text;
  const closing = closingBraces(text);
  let result = '';
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '$') {
      const next = text.indexOf('$', at);
      const end = next < 0 ? text.length : next;
      result += text.slice(at, end);
      at = end;
      continue;
    }
    if (text[at + 1] === '$') {
      // An escaped dollar is one for the container's own shell: what it puts in there is unknown here.
      result += '$';
      at += 2;
      continue;
    }
    const name = /^[A-Za-z_]\w*/.exec(text.slice(at + 1))?.[0];
    if (name !== undefined) {
      result += environment.get(name) ?? `$${name}`;
      at += 1 + name.length;
      continue;
    }
    const end = closing.get(at + 1);
    if (end === undefined) {
      result += '$';
      at++;
      continue;
    }
    result += braced(text.slice(at + 2, end), environment, depth);
    at = end + 1;
  }
  return result;
}

/** Where the brace is that closes each opening one, by their places. */
function closingBraces(text: string): Map<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: brace, index } of text.matchAll(/[{}]/g)) {
    const last = brace === '{' ? undefined : open.pop();
    if (brace === '{') open.push(index);
    else if (last !== undefined) closing.set(last, index);
  }
  return closing;
}

function braced(inside: string, environment: Environment, depth: number): string {
  const match = /^([A-Za-z_]\w*)(?:(:?[-?+])([\s\S]*))?$/.exec(inside);
  if (match === null) return `\${${inside}}`;
  const [, name = '', operator = '', word = ''] = match;
  const value = environment.get(name);
  const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
  switch (operator.at(-1)) {
    case '-':
      return isSet ? value : interpolate(word, environment, depth + 1);
    case '+':
      return isSet ? interpolate(word, environment, depth + 1) : `\${${inside}}`;
    default:
      return isSet ? value : `\${${name}}`;
  }
}

/** Whether a text holds something that the repository does not tell: a variable, or a template's braces. */
export const isUnknown = (text: string): boolean => /\$(?:\w|\{|\()|\{\{|<%|`/.test(text);

export interface VariableUse {
  readonly name: string;
  /** Whether the text itself says what happens when the variable is not set. */
  readonly hasDefault: boolean;
  readonly start: number;
  readonly end: number;
}

/** The variables that a text uses, outermost ones only. */
export function variablesOf(text: string): VariableUse[] {
  const uses: VariableUse[] = [];
  const closing = closingBraces(text);
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at)) {
    if (text[at + 1] === '$') {
      at += 2;
      continue;
    }
    const match = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(:?[-?+])?)/.exec(text.slice(at));
    if (match === null) {
      at++;
      continue;
    }
    const end = match[2] === undefined ? at + match[0].length : (closing.get(at + 1) ?? text.length - 1) + 1;
    uses.push({ name: (match[1] ?? match[2]) as string, hasDefault: match[3] !== undefined, start: at, end });
    at = end;
  }
  return uses;
}
