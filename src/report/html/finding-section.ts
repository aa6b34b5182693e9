import type { Severity } from '../../config/config.ts';
import type { Finding } from '../../lint/finding.ts';
import { counted } from '../../words.ts';
import { placeText } from '../graph/model.ts';
import { codeFrame } from './code.ts';
import { type Html, html } from './escape.ts';

const TITLES: Readonly<Record<Severity, string>> = {
  error: 'Errors',
  warning: 'Warnings',
  notice: 'Notices',
};

/** The findings on their code, and a form that filters them. */
export function findingSection(findings: readonly Finding[]): Html {
  const title = html`<h2 id="findings-title">Findings</h2>`;
  if (findings.length === 0)
    return html`<section id="findings" aria-labelledby="findings-title">${title}<p class="empty">Nothing was found.</p></section>`;
  const areas = [...new Set(findings.map(areaOf))].sort();
  return html`<section id="findings" aria-labelledby="findings-title">
${title}
<form class="filter script-only" role="search" aria-label="Findings">
<fieldset><legend>Severity</legend>${(['error', 'warning', 'notice'] as const).map(
    (severity) =>
      html`<label class="${severity}"><input type="checkbox" name="severity" value="${severity}" checked> ${TITLES[severity]} <span class="soft">${countOf(findings, severity)}</span></label>`,
  )}</fieldset>
<label>Area <select name="area"><option value="">all</option>${areas.map((area) => html`<option>${area}</option>`)}</select></label>
<label>Text <input type="search" name="text" placeholder="a file, a name, a word"></label>
<output aria-live="polite" data-shown>${counted(Math.min(findings.length, MOST_LISTED), 'finding')}</output>
</form>
<ol class="findings${findings.length > MANY ? ' many' : ''}">${findings
    .slice(0, MOST_LISTED)
    .map((finding, index) => findingMarkup(finding, index < MOST_FRAMED))}</ol>
${findings.length > MOST_LISTED ? html`<p class="empty">${findings.length - MOST_LISTED} more, none of them worse than these, are left out here because the page would be too large. The JSON report has them all.</p>` : ''}
</section>
`;
}

/** More findings than these are laid out only when they come into view. */
const MANY = 200;
/** The worst findings, that are shown with their code, and those that are listed at all. */
const [MOST_FRAMED, MOST_LISTED] = [1000, 5000];

const areaOf = ({ rule }: Finding): string => rule.split('/')[0] ?? rule;

function findingMarkup(finding: Finding, hasCode: boolean): Html {
  const { severity, rule, message, help, at, related } = finding;
  return html`<li class="finding ${severity}" data-severity="${severity}" data-area="${areaOf(finding)}">
<p class="line-1"><span class="severity ${severity}">${severity}</span> <span class="where">${at.file}:${at.start.line}:${at.start.column}</span> <code class="rule">${rule}</code></p>
<h3>${message}</h3>
${hasCode ? codeFrame(at, 2) : ''}
${related.map((other) => html`<div class="related"><p>${other.message} <span class="where">${placeText(other.at)}</span></p>${hasCode ? codeFrame(other.at, 0) : ''}</div>`)}${help === undefined ? '' : html`<p class="help"><b>Help</b> ${help}</p>`}
</li>
`;
}

/** How many findings there are of a severity. */
export const countOf = (findings: readonly Finding[], severity: Severity): number =>
  findings.filter((finding) => finding.severity === severity).length;
