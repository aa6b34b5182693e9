import { readFileSync } from 'node:fs';

/** Set by the bundler: where the program's file finds the WebAssembly module, relative to itself. */
declare const PROMQL_WASM: string;

/** What wasm/src/lib.rs exports. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  input_buffer(length: number): number;
  output_pointer(): number;
  check(): number;
  compile_regex(): number;
  matches_regex(number: number): number;
  expand_regex(number: number): number;
}

let compiled: WebAssembly.Module | undefined;
let running: Exports | undefined;

function exports(): Exports {
  if (running !== undefined) return running;
  const path = typeof PROMQL_WASM === 'string' ? PROMQL_WASM : '../../wasm/promql.wasm';
  compiled ??= new WebAssembly.Module(readFileSync(new URL(path, import.meta.url)));
  // A dependency of the parser declares imports for a browser's clock, which nothing here calls.
  const imports: WebAssembly.Imports = {};
  for (const { module, name } of WebAssembly.Module.imports(compiled)) {
    imports[module] = {
      ...imports[module],
      [name]: () => {
        throw new Error(`the PromQL parser called ${module}.${name}`);
      },
    };
  }
  running = new WebAssembly.Instance(compiled, imports).exports as Exports;
  return running;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function withInput<R>(text: string, work: (wasm: Exports) => R): R {
  const wasm = exports();
  const bytes = encoder.encode(text);
  const start = wasm.input_buffer(bytes.length);
  new Uint8Array(wasm.memory.buffer, start, bytes.length).set(bytes);
  return work(wasm);
}

const output = (wasm: Exports, length: number): string =>
  decoder.decode(new Uint8Array(wasm.memory.buffer, wasm.output_pointer(), length));

export type ParserVerdict =
  | { readonly ok: true; readonly type: string }
  | { readonly ok: false; readonly reason: string };

/** promql-parser's verdict on an expression. */
export function parserVerdict(text: string): ParserVerdict {
  try {
    return withInput(text, (wasm) => {
      const length = wasm.check();
      return length > 0
        ? { ok: true, type: output(wasm, length) }
        : { ok: false, reason: output(wasm, -length) };
    });
  } catch (error) {
    // Out of stack or memory, on an expression that no person wrote. The instance is spent.
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
    running = undefined;
    regexes.clear();
    return { ok: false, reason: 'the expression is too complex to be parsed' };
  }
}

/**
 * A regular expression as Prometheus uses it in matchers and relabelling: RE2's syntax, anchored at
 * both ends, matched in time linear in the text.
 */
export interface Regex {
  matches(text: string): boolean;
  /** The template with the groups of a match put in for `$1` and `${name}`; undefined without a match. */
  expand(text: string, template: string): string | undefined;
}

const regexes = new Map<string, Regex | undefined>();

/** Compiles a regular expression once; undefined when it is not valid. */
export function compileRegex(pattern: string): Regex | undefined {
  if (regexes.has(pattern)) return regexes.get(pattern);
  const number = withInput(pattern, (wasm) => wasm.compile_regex());
  const regex: Regex | undefined =
    number < 0
      ? undefined
      : {
          matches: (text) => withInput(text, (wasm) => wasm.matches_regex(number)) !== 0,
          expand: (text, template) =>
            withInput(`${template}\0${text}`, (wasm) => {
              const length = wasm.expand_regex(number);
              return length < 0 ? undefined : output(wasm, length);
            }),
        };
  regexes.set(pattern, regex);
  return regex;
}
