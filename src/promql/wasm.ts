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
/** How many instances are spent: what one has compiled, the next one does not have. */
let spent = 0;

/** An instance that ran out of stack or memory, or has taken too much of it, is left for a fresh one. */
function leaveInstance(): void {
  running = undefined;
  spent++;
}

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
    // Out of stack or memory, on an expression that no person wrote.
    if (!isExhausted(error)) throw error;
    leaveInstance();
    return { ok: false, reason: 'the expression is too complex to be parsed' };
  }
}

const isExhausted = (error: unknown): boolean =>
  error instanceof WebAssembly.RuntimeError || error instanceof RangeError;

/**
 * A regular expression as Prometheus uses it in matchers and relabelling: RE2's syntax, anchored at
 * both ends, matched in time linear in the text.
 */
export interface Regex {
  matches(text: string): boolean;
  /** The template with the groups of a match put in for `$1` and `${name}`; undefined without a match. */
  expand(text: string, template: string): string | undefined;
}

/** Longer patterns are none that a person wrote, in UTF-16 units. */
const LONGEST_PATTERN = 100_000;
/** What compiled patterns may take of the memory, in bytes: beyond it all are left, and compiled again when they are used. */
const MOST_MEMORY = 256 * 1024 * 1024;

/** Compiles a regular expression with the crate that the parser uses; undefined when it is not valid, or larger than anything here is made for. */
export function compileInParser(pattern: string): Regex | undefined {
  const number = pattern.length > LONGEST_PATTERN ? undefined : compiledNumber(pattern);
  return number === undefined ? undefined : regexOf(pattern, number);
}

/** The number under which the running instance knows a pattern; undefined when it does not take it. */
function compiledNumber(pattern: string): number | undefined {
  if (running !== undefined && running.memory.buffer.byteLength > MOST_MEMORY) leaveInstance();
  try {
    const number = withInput(pattern, (wasm) => wasm.compile_regex());
    return number < 0 ? undefined : number;
  } catch (error) {
    if (!isExhausted(error)) throw error;
    leaveInstance();
    return undefined;
  }
}

function regexOf(pattern: string, first: number): Regex {
  let number = first;
  let instance = spent;
  const ask = <R>(input: string, work: (wasm: Exports) => R, otherwise: R): R => {
    try {
      if (instance !== spent) {
        number = compiledNumber(pattern) ?? Number.NaN;
        instance = spent;
      }
      return Number.isNaN(number) ? otherwise : withInput(input, work);
    } catch (error) {
      if (!isExhausted(error)) throw error;
      leaveInstance();
      return otherwise;
    }
  };
  return {
    matches: (text) => ask(text, (wasm) => wasm.matches_regex(number) !== 0, false),
    expand: (text, template) =>
      ask(
        `${template}\0${text}`,
        (wasm) => {
          const length = wasm.expand_regex(number);
          return length < 0 ? undefined : output(wasm, length);
        },
        undefined,
      ),
  };
}
