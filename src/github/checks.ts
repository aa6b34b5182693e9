import { setTimeout as sleep } from 'node:timers/promises';
import { HttpClient } from '@actions/http-client';
import type { Severity } from '../config/config.ts';
import type { Finding } from '../lint/finding.ts';
import { printable } from '../report/text.ts';
import { VERSION } from '../version.ts';
import { inFolder } from './annotations.ts';

/** Annotations that one request may bring (GitHub documentation, "Check runs"). */
const PER_REQUEST = 50;
/** Characters that a summary and a message may have. */
const LONGEST_SUMMARY = 65_535;
const LONGEST_MESSAGE = 60_000;
/** Attempts at one request, the first included. */
const ATTEMPTS = 4;
/** GitHub asks to wait up to minutes when its limit is reached; a job does not wait longer than this, in milliseconds. */
const LONGEST_WAIT = 30_000;

export interface CheckRun {
  readonly api: string;
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly head: string;
  readonly conclusion: 'success' | 'failure' | 'neutral';
  readonly title: string;
  readonly summary: string;
  /** In the order in which they are shown. */
  readonly findings: readonly Finding[];
  /** Where the checked folder lies in the repository, `''` for its root. */
  readonly folder: string;
}

const LEVELS: Readonly<Record<Severity, string>> = { error: 'failure', warning: 'warning', notice: 'notice' };

/**
 * Makes a check run with an annotation for every finding, in batches. Undefined when it was made; otherwise
 * why it was not, as with a token of a fork, which may only read.
 */
export async function makeCheckRun(run: CheckRun, firstWait = 1_000): Promise<string | undefined> {
  const client = new HttpClient(`monitoring-check/${VERSION}`, [], { socketTimeout: 20_000 });
  const base = `${run.api}/repos/${run.repository}/check-runs`;
  const batches: (readonly Finding[])[] = [];
  for (let from = 0; from < run.findings.length; from += PER_REQUEST)
    batches.push(run.findings.slice(from, from + PER_REQUEST));
  const output = (findings: readonly Finding[]): object => ({
    title: run.title,
    summary: run.summary.slice(0, LONGEST_SUMMARY),
    annotations: findings.map((finding) => annotation(finding, run.folder)),
  });
  const request = (url: string, verb: string, body: object): Promise<Answer> =>
    ask(client, verb, url, run.token, JSON.stringify(body), firstWait);
  try {
    const made = await request(base, 'POST', {
      name: 'monitoring-check',
      head_sha: run.head,
      status: 'completed',
      conclusion: run.conclusion,
      output: output(batches[0] ?? []),
    });
    if (made.status !== 201) return refusal(made);
    const { id } = JSON.parse(made.body) as { id: number };
    for (const batch of batches.slice(1)) {
      const added = await request(`${base}/${id}`, 'PATCH', { output: output(batch) });
      if (added.status !== 200) return refusal(added);
    }
    return undefined;
  } catch (error) {
    return `GitHub could not be asked: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    client.dispose();
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request, again after a while where GitHub is overloaded or its limit is reached. */
async function ask(
  client: HttpClient,
  verb: string,
  url: string,
  token: string,
  body: string,
  firstWait: number,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const response = await client.request(verb, url, body, {
      authorization: `Bearer ${token}`,
      accept: 'application/vnd.github+json',
      'content-type': 'application/json',
      'x-github-api-version': '2022-11-28',
    });
    const status = response.message.statusCode ?? 0;
    const answer = { status, body: await response.readBody() };
    const { 'retry-after': after, 'x-ratelimit-remaining': remaining } = response.message.headers;
    const isLimited = status === 429 || (status === 403 && (after !== undefined || remaining === '0'));
    if ((status < 500 && !isLimited) || attempt === ATTEMPTS) return answer;
    const wait = after === undefined ? firstWait * 2 ** (attempt - 1) : Number(after) * 1000;
    if (!(wait <= LONGEST_WAIT)) return answer;
    await sleep(wait);
  }
}

function refusal({ status, body }: Answer): string {
  if (status === 403 || status === 404)
    return `the token may not make check runs (status ${status}): it needs checks: write, which a fork's never has`;
  const words = /"message"\s*:\s*"([^"\\]{1,200})/.exec(body)?.[1];
  return `GitHub answered ${status}${words === undefined ? '' : `: ${printable(words)}`}`;
}

function annotation({ at, severity, rule, message, help }: Finding, folder: string): object {
  const isOneLine = at.start.line === at.end.line;
  return {
    path: inFolder(folder, at.file),
    start_line: at.start.line,
    end_line: at.end.line,
    // GitHub takes columns only of a stretch within one line.
    ...(isOneLine ? { start_column: at.start.column, end_column: at.end.column } : {}),
    annotation_level: LEVELS[severity],
    title: rule,
    message: printable(help === undefined ? message : `${message}\n${help}`).slice(0, LONGEST_MESSAGE),
  };
}
