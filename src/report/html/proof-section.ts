import type { CheckResult } from '../../result.ts';
import { drillHeadline, drillResult, placeOf } from '../drill.ts';
import { type Html, html } from './escape.ts';

/** Rows that a table of the page has; the rest is counted. */
const MOST_ROWS = 500;

/** What the fire drill proved of each alert; nothing where it was not run. */
export function drillSection({ drill }: CheckResult): Html | string {
  if (drill === null || drill.length === 0) return '';
  const rows = drill.slice(0, MOST_ROWS).map((alert) => {
    const { file, line } = placeOf(alert);
    return html`<tr><th scope="row">${alert.rule.name}</th><td>${drillResult(alert)}</td><td><code>${file}:${line}</code></td></tr>`;
  });
  const left = drill.length - rows.length;
  return html`<section aria-labelledby="drill-title">
<h2 id="drill-title">Fire drill</h2>
<p>${drillHeadline(drill).replace(/^./, (letter) => letter.toUpperCase())}.${left > 0 ? ` The first ${rows.length} are listed.` : ''}</p>
<table class="tools"><thead><tr><th scope="col">Alert</th><th scope="col">Result</th><th scope="col">Place</th></tr></thead><tbody>${rows}</tbody></table>
</section>
`;
}

/** What a boot of the stack showed; nothing where none was asked for. */
export function smokeSection({ smoke }: CheckResult): Html | string {
  if (smoke === undefined) return '';
  const looks = smoke.looks.map(
    ({ look, ok, detail }) =>
      html`<tr><th scope="row">${look}</th><td>${ok ? 'well' : 'not well'}</td><td>${detail}</td></tr>`,
  );
  const absent = [
    ...new Set(smoke.series.filter(({ isPresent }) => !isPresent).map(({ selector }) => selector)),
  ];
  return html`<section aria-labelledby="smoke-title">
<h2 id="smoke-title">Smoke boot</h2>
${smoke.isBooted ? '' : html`<p>Not done: ${smoke.reason ?? ''}</p>`}
${looks.length > 0 ? html`<table class="tools"><thead><tr><th scope="col">Look</th><th scope="col">Result</th><th scope="col">What was seen</th></tr></thead><tbody>${looks}</tbody></table>` : ''}
${absent.length > 0 ? html`<p>Selectors without a series:</p><ul>${absent.slice(0, MOST_ROWS).map((selector) => html`<li><code>${selector}</code></li>`)}</ul>` : ''}
</section>
`;
}
