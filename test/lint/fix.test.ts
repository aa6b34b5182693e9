import { describe, expect, test } from 'vitest';
import { RULES } from '../../rules/index.ts';
import type { Preset } from '../../src/config/config.ts';
import { diffOf, fix } from '../../src/fix.ts';
import { memoryDisk } from '../../src/repo/disk.ts';
import type { Repository } from '../support/check.ts';

const mend = (files: Repository) =>
  fix(
    {
      disk: memoryDisk(files),
      config: undefined,
      preset: 'strict' satisfies Preset,
      severities: new Map(RULES.map(({ id, severity }) => [id, severity])),
      today: '2026-01-01',
    },
    { promtool: 'off' },
  );

const rules = (expr: string): string => `groups:
  - name: api   # the front door
    rules:
      - alert: ApiDown
        expr: ${expr}
        for: 1m
`;

describe('--fix', () => {
  test('changes what is wrong and keeps comments, order and quotes', async () => {
    const { files, count } = await mend({ 'rules.yml': rules(`'up{job=~"api", env =~ "^live.*"} == 0'`) });
    expect(count).toBe(2);
    expect(files.get('rules.yml')?.after).toBe(rules(`'up{job="api", env =~ "live.*"} == 0'`));
  });

  test('goes on until nothing is left to mend', async () => {
    // Without its anchor the value is no regular expression any more.
    const { files, count } = await mend({ 'rules.yml': rules('up{job=~"^api"} == 0') });
    expect(count).toBe(2);
    expect(files.get('rules.yml')?.after).toBe(rules('up{job="api"} == 0'));
    expect((await mend({ 'rules.yml': files.get('rules.yml')?.after ?? '' })).count).toBe(0);
  });

  test('finds the places in folded and quoted texts', async () => {
    const folded = rules('>\n          up{job=~"api"}\n          == 0');
    const escaped = rules(String.raw`"up{job=~\"api\"} == 0"`);
    expect((await mend({ 'rules.yml': folded })).files.get('rules.yml')?.after).toBe(
      folded.replace('=~', '='),
    );
    expect((await mend({ 'rules.yml': escaped })).files.get('rules.yml')?.after).toBe(
      escaped.replace('=~', '='),
    );
  });

  test('writes matchers in the place of match, unless a comment would be lost', async () => {
    const config = (match: string): string =>
      `route:\n  receiver: team\n  routes:\n    - receiver: team\n      ${match}\n      continue: true\nreceivers:\n  - name: team\n    webhook_configs:\n      - url_file: /run/url\n`;
    const mended = async (match: string) =>
      (await mend({ 'alertmanager.yml': config(match) })).files.get('alertmanager.yml')?.after;
    expect(await mended('match:\n        team: a "b"\n        env: live')).toBe(
      config(String.raw`matchers: [team="a \"b\"", env="live"]`),
    );
    expect(await mended('match:\n        # the team of the front door\n        team: a')).toBeUndefined();
  });

  test('leaves a file alone that could not be written back as it was', async () => {
    const bom = new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(rules('up{job=~"api"} == 0'))]);
    expect((await mend({ 'rules.yml': bom })).files.size).toBe(0);
  });

  test('shows a diff that git apply takes', async () => {
    expect(diffOf(await mend({ 'rules.yml': rules('up{job=~"api"} == 0') }))).toMatchInlineSnapshot(`
      "--- a/rules.yml
      +++ b/rules.yml
      @@ -2,5 +2,5 @@
         - name: api   # the front door
           rules:
             - alert: ApiDown
      -        expr: up{job=~"api"} == 0
      +        expr: up{job="api"} == 0
               for: 1m
      "
    `);
  });
});
