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

/** Compiles a regular expression with the crate that the parser uses; undefined when it is not valid. */
export function compileInParser(pattern: string): Regex | undefined {
  let wasm = exports();
  let number = withInput(pattern, ({ compile_regex }) => compile_regex());
  if (number < 0) return undefined;
  /** Its number in the instance that runs now: one that was spent has taken its own with it. */
  const own = (): number => {
    if (running !== wasm) {
      wasm = exports();
      number = withInput(pattern, ({ compile_regex }) => compile_regex());
    }
    return number;
  };
  return {
    matches(text) {
      const regex = own();
      return withInput(text, ({ matches_regex }) => matches_regex(regex)) !== 0;
    },
    expand(text, template) {
      const regex = own();
      return withInput(`${template}\0${text}`, (instance) => {
        const length = instance.expand_regex(regex);
        return length < 0 ? undefined : output(instance, length);
      });
    },
  };
}
