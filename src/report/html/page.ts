import { createHash } from 'node:crypto';
import { bySeverity } from '../../lint/finding.ts';
import type { CheckResult } from '../../result.ts';
import { VERSION } from '../../version.ts';
import { counted } from '../../words.ts';
import type { GraphPath, SystemGraph } from '../graph/model.ts';
import { systemGraph } from '../graph/system-graph.ts';
import { type Html, html, trusted } from './escape.ts';
import { countOf, findingSection } from './finding-section.ts';
import style from './page.css?raw';
import script from './page.js?raw';
import { pathSection } from './path-section.ts';
import { drillSection, smokeSection } from './proof-section.ts';
import { systemSection } from './system-section.ts';

/**
 * The report as one page that needs nothing else: no network, no fonts, and no script but its own, which
 * only shows and hides. What is in the files is text on it, never markup.
 */
export function htmlReport(result: CheckResult): string {
  const graph = systemGraph(result);
  const findings = [...result.findings].sort(bySeverity);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${digest(style)}'; script-src '${digest(script)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="monitoring-check ${VERSION}">
<title>Monitoring check: ${verdict(graph.paths).title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
${headSection(result, graph)}
<main>
${pathSection(graph)}
${systemSection(graph, result)}
${findingSection(findings)}
${drillSection(result)}
${smokeSection(result)}
${toolSection(result)}
</main>
<footer>monitoring-check ${VERSION}</footer>
<script>${trusted(script)}</script>
</body>
</html>
`;
  return page.html;
}

/** A digest as a content security policy names what it allows. */
const digest = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

function verdict(paths: readonly GraphPath[]): { title: string; isGood: boolean } {
  const covered = paths.filter(({ isCovered }) => isCovered).length;
  if (paths.length === 0) return { title: 'no critical path', isGood: false };
  const all = covered === paths.length;
  return {
    title: `${all ? 'all' : `${covered} of`} ${counted(paths.length, 'critical path')} covered`,
    isGood: all,
  };
}

function headSection({ findings, files, suppressed }: CheckResult, { paths }: SystemGraph): Html {
  const { title, isGood } = verdict(paths);
  const counts = (['error', 'warning', 'notice'] as const).map((severity) => {
    const count = countOf(findings, severity);
    return html`<li class="${count > 0 ? severity : 'none'}"><b>${count}</b> ${counted(count, severity).replace(/^\d+ /, '')}</li>`;
  });
  return html`<header class="${isGood ? 'good' : paths.length === 0 ? 'plain' : 'bad'}">
<p class="product">Monitoring check</p>
<h1>${title.replace(/^./, (letter) => letter.toUpperCase())}</h1>
<p class="question">If a critical path breaks, will someone be told?</p>
<ul class="counts">${counts}<li class="none"><b>${files}</b> ${files === 1 ? 'file' : 'files'} read</li>${suppressed > 0 ? html`<li class="none"><b>${suppressed}</b> silenced</li>` : ''}</ul>
</header>
`;
}

/** The tools that were asked besides the rules. */
function toolSection({ tools, notices }: CheckResult): Html {
  const rows = Object.entries(tools).map(
    ([name, { found, version, ran }]) =>
      html`<tr><th scope="row">${name}</th><td>${found ? (version ?? 'found') : 'not used'}</td><td>${ran.join(', ')}</td></tr>`,
  );
  return html`<section aria-labelledby="tools-title">
<h2 id="tools-title">Verified with</h2>
<table class="tools"><thead><tr><th scope="col">Tool</th><th scope="col">Version</th><th scope="col">Ran</th></tr></thead><tbody>${rows}</tbody></table>
${notices.length > 0 ? html`<ul class="notices">${notices.map((notice) => html`<li>${notice}</li>`)}</ul>` : ''}
</section>
`;
}
