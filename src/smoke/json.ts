/** A value of JSON, as other programs print it: nothing is known of its shape. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A value's fields; none where it is no object. */
export const fields = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

/** A value at a path of keys; undefined where there is none. */
export const at = (value: Json | undefined, ...keys: readonly string[]): Json | undefined =>
  keys.reduce<Json | undefined>((inner, key) => fields(inner)[key], value);

/** A list's items; none where it is no list. */
export const list = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

/** A value as text; undefined where it is neither text nor number. */
export const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;

/** The texts of a list. */
export const texts = (value: Json | undefined): string[] => list(value).flatMap((item) => text(item) ?? []);

/** Reads JSON; undefined for what is none. */
export function parseJson(source: string): Json | undefined {
  try {
    return JSON.parse(source) as Json;
  } catch {
    // What a program prints instead of JSON is no answer; the caller says so.
    return undefined;
  }
}
