import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A Chromium of this machine; undefined where there is none, so that tests that need one skip. */
export const browser: string | undefined = NAMES.find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

/**
 * What a page has become after its scripts have run, as a browser without a window shows it. `script` runs
 * after them, for which the page's content security policy is taken away.
 */
export function renderedPage(html: string, options: { script?: string; isDark?: boolean } = {}): string {
  if (browser === undefined) throw new Error('there is no browser');
  const folder = mkdtempSync(join(tmpdir(), 'monitoring-check-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'page.html');
  const { script } = options;
  const open = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
  const page =
    script === undefined ? html : open.replace('</body>', () => `<script>${script}</script></body>`);
  writeFileSync(file, page);
  return execFileSync(
    browser,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--virtual-time-budget=20000',
      `--user-data-dir=${join(folder, 'profile')}`,
      ...(options.isDark ? ['--blink-settings=preferredColorScheme=0'] : []),
      '--dump-dom',
      pathToFileURL(file).href,
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'ignore'] },
  );
}

/** What a script that a page runs answers: JSON that it gives to `answer`. */
export function askPage(html: string, script: string, isDark = false): unknown {
  const dom = renderedPage(html, {
    isDark,
    script: `const answer = (value) => { const place = document.createElement('pre'); place.id = 'answer'; place.textContent = encodeURIComponent(JSON.stringify(value)); document.body.append(place); };${script}`,
  });
  const found = /<pre id="answer">([^<]*)<\/pre>/.exec(dom)?.[1];
  if (found === undefined) throw new Error('the page gave no answer');
  return JSON.parse(decodeURIComponent(found));
}
