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

/** Asks a program of the stack. No redirection is followed: it could lead anywhere. */
export async function ask(
  url: string,
  options: { readonly user?: string; readonly form?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const { user, form } = options;
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(LONGEST),
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
      headers: {
        connection: 'close',
        ...(user === undefined ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
      },
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += (chunk as Uint8Array).length;
      if (size > LARGEST) return undefined;
      chunks.push(chunk as Uint8Array);
    }
    const body = Buffer.concat(chunks).toString();
    return { status: response.status, body, json: parseJson(body) };
  } catch {
    // Refused, reset, or not in time: the program does not answer now.
    return undefined;
  }
}
