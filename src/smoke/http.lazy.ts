import { request } from 'node:http';
import { type Json, parseJson } from './json.ts';

/** What a program of the stack answered. */
export type Answer =
  | { readonly status: number; readonly body: string; readonly json: Json | undefined }
  /** It did not: refused, too slow, too large. */
  | undefined;

/** Who does not answer within this time does not answer, in milliseconds. */
const LONGEST = 5_000;
/** The most that is read of an answer, in bytes. */
const LARGEST = 32 * 1024 * 1024;

/** Asks a program of the stack over HTTP. No redirection is followed: it could lead anywhere. */
export function ask(
  url: string,
  options: { readonly user?: string; readonly form?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const { user, form } = options;
  const body = form === undefined ? undefined : new URLSearchParams(form).toString();
  return new Promise((resolve) => {
    const asked = request(url, {
      method: body === undefined ? 'GET' : 'POST',
      agent: false,
      ...(user === undefined ? {} : { auth: user }),
      headers: body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const timer = setTimeout(() => asked.destroy(), LONGEST);
    const finish = (answer: Answer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    asked.on('error', () => finish(undefined));
    asked.on('close', () => finish(undefined));
    asked.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > LARGEST) asked.destroy();
      });
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        finish({ status: response.statusCode ?? 0, body: text, json: parseJson(text) });
      });
    });
    asked.end(body);
  });
}
