import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeCheckRun } from '../../src/github/checks.ts';
import { finding } from '../support/findings.ts';

interface Request {
  readonly line: string;
  readonly token: string | undefined;
  readonly body: { readonly output: { readonly annotations: readonly object[] } } & Record<string, unknown>;
}

/** A stand-in for GitHub's API on the loopback address: it answers in turn what it is told to, the last for ever. */
async function github(...answers: readonly [number, object, Record<string, string>?][]) {
  const requests: Request[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      const [status, body, headers = {}] = answers[Math.min(requests.length, answers.length - 1)] ?? [
        500,
        {},
      ];
      requests.push({
        line: `${request.method} ${request.url}`,
        token: request.headers.authorization,
        body: JSON.parse(text) as Request['body'],
      });
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const run = (api: string, count: number) => ({
  api,
  token: 'secret-token',
  repository: 'octo/stack',
  head: 'abc123',
  conclusion: 'failure' as const,
  title: 'monitoring-check',
  summary: 'all of it',
  findings: Array.from({ length: count }, (_, index) => finding('a/one', `f${index}.yml`, 1)),
  folder: '',
});
const MADE: [number, object] = [201, { id: 7 }];
const ADDED: [number, object] = [200, { id: 7 }];

describe('a check run', () => {
  test('is made with all findings, fifty to a request', async () => {
    const { api, requests } = await github(MADE, ADDED);
    expect(await makeCheckRun(run(api, 120), 1)).toBeUndefined();
    expect(requests.map(({ line, body }) => [line, body.output.annotations.length])).toEqual([
      ['POST /repos/octo/stack/check-runs', 50],
      ['PATCH /repos/octo/stack/check-runs/7', 50],
      ['PATCH /repos/octo/stack/check-runs/7', 20],
    ]);
    expect(requests[0]).toMatchObject({
      token: 'Bearer secret-token',
      body: { head_sha: 'abc123', status: 'completed', conclusion: 'failure' },
    });
    expect(requests[0]?.body.output.annotations[0]).toEqual({
      path: 'f0.yml',
      start_line: 1,
      end_line: 1,
      start_column: 3,
      end_column: 9,
      annotation_level: 'failure',
      title: 'a/one',
      message: 'what is wrong in f0.yml',
    });
  });

  test('is asked for again when GitHub is overloaded', async () => {
    const { api, requests } = await github([502, {}], [503, {}], MADE);
    expect(await makeCheckRun(run(api, 1), 1)).toBeUndefined();
    expect(requests).toHaveLength(3);
  });

  test('is given up after four attempts', async () => {
    const { api, requests } = await github([500, { message: 'Server Error' }]);
    expect(await makeCheckRun(run(api, 1), 1)).toBe('GitHub answered 500: Server Error');
    expect(requests).toHaveLength(4);
  });

  test('waits as long as a limit asks for', async () => {
    const { api, requests } = await github([429, {}, { 'retry-after': '0' }], MADE);
    expect(await makeCheckRun(run(api, 1), 60_000)).toBeUndefined();
    expect(requests).toHaveLength(2);
  });

  test('is not waited for when the limit lasts longer than a job should', async () => {
    const { api, requests } = await github([403, { message: 'rate limit' }, { 'retry-after': '3600' }]);
    expect(await makeCheckRun(run(api, 1), 1)).toContain('status 403');
    expect(requests).toHaveLength(1);
  });

  test('cannot be made with a token that only reads, as on a fork', async () => {
    const { api, requests } = await github([403, { message: 'Resource not accessible by integration' }]);
    expect(await makeCheckRun(run(api, 1), 1)).toBe(
      "the token may not make check runs (status 403): it needs checks: write, which a fork's never has",
    );
    expect(requests).toHaveLength(1);
  });

  test('cannot be made where nobody answers', async () => {
    expect(await makeCheckRun(run('http://127.0.0.1:9', 1), 1)).toMatch(/^GitHub could not be asked: /);
  });
});
