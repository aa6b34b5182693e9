import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { htmlReport } from '../../src/report/html/page.ts';
import { askPage, browser, renderedPage } from '../support/browser.ts';
import { FIXTURES } from '../support/fixtures.ts';
import { fixture, hostile, toldBut } from './systems.ts';

const uncovered = () => toldBut({ 'rules.yml': 'groups: []\n' });

describe.each(FIXTURES)('the page of %s', (name) => {
  const result = fixture(name);
  const page = htmlReport(result);

  test('is the same bytes for the same files', () => {
    expect(htmlReport(fixture(name))).toBe(page);
  });

  test('needs nothing from anywhere', () => {
    expect(page).not.toMatch(/\s(?:src|srcset|action|data|poster)=/);
    expect([...page.matchAll(/href="([^"]*)"/g)].map(([, target]) => target)).toEqual(['#findings']);
    expect(page).not.toMatch(/url\(|@import|<link|<base|<iframe|<object|<embed/);
  });

  test('says of each path which lines prove its links', () => {
    for (const { path, links } of result.chains) {
      expect(page).toContain(path.name);
      for (const { proof } of Object.values(links)) expect(proof.length).toBeGreaterThan(0);
    }
    expect(page.match(/<li class="link proved">/g)).toHaveLength(result.chains.length * 6);
  });
});

describe('what a page may run', () => {
  const page = htmlReport(uncovered());
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
  const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const inside = (tag: string): string[] =>
    [...page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map(([, text = '']) => text);

  test('is its own style and script, by their digests, and nothing else', () => {
    const [style = '', ...styles] = inside('style');
    const [script = '', ...scripts] = inside('script');
    expect([styles, scripts]).toEqual([[], []]);
    expect(style).toContain('prefers-color-scheme');
    expect(policy).toBe(
      `default-src 'none'; style-src ${digest(style)}; script-src ${digest(script)}; base-uri 'none'; form-action 'none'`,
    );
  });

  test('and no attribute holds a style or a script', () => {
    expect(page).not.toMatch(/<[^>]*\s(?:style|on\w+)=/);
  });
});

describe('names of files are text', () => {
  const page = htmlReport(hostile());

  test('that ends no element and begins none', () => {
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(1);
    expect(page).toContain('&#60;/script&#62;&#60;img src=x onerror=&#34;document.title=1&#34;&#62;');
  });

  test.skipIf(browser === undefined)('in a browser too', () => {
    const dom = renderedPage(page);
    expect(dom).not.toContain('<img');
    expect(dom).toContain('<title>Monitoring check: ');
    expect(dom).toContain('<html lang="en" class="script">');
  });
});

describe('a secret', () => {
  test('is not on the page, wherever its file is shown', () => {
    const secret = 'xoxb-2468013579-abcdefghijklmnop';
    const page = htmlReport(
      toldBut({
        'alertmanager.yml': `route: {receiver: on-call}\nreceivers:\n  - name: on-call\n    slack_configs:\n      - {channel: a, api_url: "https://hooks.slack.com/services/T024BE7LD/B024BE7LH/${secret}"}\n`,
      }),
    );
    expect(page).toContain('name: on-call');
    expect(page).not.toContain(secret);
  });
});

describe('a page of something that is missing', () => {
  const page = htmlReport(uncovered());

  test('begins with what is not covered', () => {
    expect(page).toContain('<h1>0 of 1 critical path covered</h1>');
  });

  test('draws what is missing in red, and says why in the chain', () => {
    expect(page).toMatch(/<g class="node missing broken"[^>]*>.*no alert/);
    expect(page).toContain('<path class="edge broken"');
    expect(page).toContain('<p class="gap">prometheus loads no alert at all</p>');
  });

  test('shows each finding with its lines', () => {
    expect(page).toMatch(/<li class="finding error" data-severity="error" data-area="alerts">/);
    expect(page).toMatch(/<span class="line at"><span class="number">1<\/span>.*<mark>rule_files<\/mark>/);
  });
});

describe.skipIf(browser === undefined)('in a browser', () => {
  const page = htmlReport(uncovered());

  test('the chain of the first path that is not covered is open, and its way lit', () => {
    const seen = askPage(
      page,
      `answer({
        chains: [...document.querySelectorAll('.chain')].filter((one) => one.checkVisibility()).map((one) => one.id),
        lit: [...document.querySelectorAll('.node.on title')].map((one) => one.textContent),
      });`,
    );
    expect(seen).toEqual({
      chains: ['path-0'],
      lit: ['api · example/api:1.0', 'api · every 1m', 'prometheus · prometheus.yml', 'no alert'],
    });
  });

  test('a path is closed by choosing it again', () => {
    const seen = askPage(
      page,
      `document.querySelector('.path').click();
      answer([
        document.querySelector('.path').getAttribute('aria-expanded'),
        document.querySelectorAll('.lit').length,
      ]);`,
    );
    expect(seen).toEqual(['false', 0]);
  });

  test('a box shows what is in it, by the mouse and by the keyboard', () => {
    const seen = askPage(
      page,
      `const shown = () => [...document.querySelectorAll('.node-details')].filter((one) => one.checkVisibility()).map((one) => one.querySelector('.title').textContent);
      const node = document.querySelector('.node.prometheus');
      const seen = [shown()];
      node.dispatchEvent(new MouseEvent('click', { bubbles: true }));
      seen.push(shown());
      node.querySelector('[role=button]').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      seen.push(shown());
      answer(seen);`,
    );
    expect(seen).toEqual([[], ['Prometheus prometheus'], []]);
  });

  test('findings are filtered by severity, area and words', () => {
    const seen = askPage(
      page,
      `const { elements } = document.querySelector('.filter');
      const shown = () => [document.querySelector('[data-shown]').value, ...[...document.querySelectorAll('.finding')].filter((one) => one.checkVisibility()).map((one) => one.querySelector('.rule').textContent)];
      const set = (change) => { change(); document.querySelector('.filter').dispatchEvent(new Event('input')); return shown(); };
      answer([
        shown().length,
        set(() => { elements.area.value = 'alerts'; }),
        set(() => { elements.area.value = ''; elements.text.value = 'VOLUME alertmanager'; }),
        set(() => { elements.text.value = ''; for (const box of elements.severity) box.checked = box.value === 'error'; }),
      ]);`,
    );
    expect(seen).toEqual([
      4,
      ['1 of 3 findings', 'alerts/uncovered-path'],
      ['1 of 3 findings', 'compose/no-data-volume'],
      ['1 of 3 findings', 'alerts/uncovered-path'],
    ]);
  });

  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const violations = (html: string, isDark: boolean): unknown =>
    askPage(
      html,
      `${axe}
      document.querySelector('.node')?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
      for (const one of document.querySelectorAll('details')) one.open = true;
      axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => answer(violations.map(({ id, nodes }) => id + ': ' + nodes[0].html)));`,
      isDark,
    );

  test.each([
    ['a covered system', false, () => fixture('thought-processor')],
    ['a covered system', true, () => fixture('thought-processor')],
    ['a broken one', false, uncovered],
    ['a broken one', true, uncovered],
    ['hostile names', false, hostile],
  ])('axe finds no violation on the page of %s (dark: %s)', (_, isDark, result) => {
    expect(violations(htmlReport(result()), isDark)).toEqual([]);
  });
});
