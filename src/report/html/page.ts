import { createHash } from 'node:crypto';
import { LINKS, type LinkName, type Severity } from '../../config/config.ts';
import { bySeverity, type Finding, type FindingPlace } from '../../lint/finding.ts';
import { formatSeconds } from '../../promql/duration.ts';
import type { CheckResult } from '../../result.ts';
import { VERSION } from '../../version.ts';
import { counted } from '../../words.ts';
import { type GraphNode, type GraphPath, KIND_NAMES, placeText, type SystemGraph } from '../graph/model.ts';
import { systemGraph } from '../graph/system-graph.ts';
import type { Mark } from '../matrix.ts';
import { codeFrame } from './code.ts';
import { type Drawing, draw } from './drawing.ts';
import { type Html, html, trusted } from './escape.ts';
import style from './page.css?raw';
import script from './page.js?raw';

/**
 * The report as one page that needs nothing else: no network, no fonts, and no script but its own, which
 * only shows and hides. What is in the files is text on it, never markup.
 */
export function htmlReport(result: CheckResult): string {
  const graph = systemGraph(result);
  const findings = [...result.findings].sort(bySeverity);
  const anchors = anchorsOf(graph);
  const drawings = graph.scenes.map((scene) => draw(graph, scene, anchors));
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
${systemSection(graph, drawings, anchors, result)}
${findingSection(findings)}
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

/** Short ids for the nodes: what the page's script looks things up by. */
function anchorsOf({ scenes }: SystemGraph): (id: string) => string {
  const anchors = new Map(
    scenes.flatMap(({ nodes }) => nodes.map(({ id }) => id)).map((id, index) => [id, `n${index}`]),
  );
  return (id) => anchors.get(id) ?? '';
}

function verdict(paths: readonly GraphPath[]): { title: string; isGood: boolean } {
  const covered = paths.filter(({ isCovered }) => isCovered).length;
  if (paths.length === 0) return { title: 'no critical path', isGood: false };
  const all = covered === paths.length;
  return {
    title: `${all ? 'all' : `${covered} of`} ${counted(paths.length, 'critical path')} covered`,
    isGood: all,
  };
}

const countOf = (findings: readonly Finding[], severity: Severity): number =>
  findings.filter((finding) => finding.severity === severity).length;

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

const MARKS: Readonly<Record<Mark, { readonly sign: string; readonly words: string }>> = {
  proved: { sign: '✓', words: 'proved' },
  gap: { sign: '✗', words: 'missing' },
  open: { sign: '–', words: 'not there, and not asked for' },
  unknown: { sign: '?', words: 'cannot be told from the repository' },
};

/** What each link asks. */
const QUESTIONS: Readonly<Record<LinkName, string>> = {
  exposed: 'Something exposes its series',
  scraped: 'A Prometheus scrapes it',
  alerted: 'An alert watches it',
  tested: 'A test makes that alert fire',
  routed: 'The alert reaches someone',
  seen: 'A dashboard shows it',
};

function pathSection({ paths }: SystemGraph): Html {
  if (paths.length === 0)
    return html`<section aria-labelledby="paths-title"><h2 id="paths-title">Critical paths</h2><p class="empty">Nothing that is scraped was found, and no path is declared in monitoring-check.yml.</p></section>`;
  return html`<section aria-labelledby="paths-title">
<h2 id="paths-title">Critical paths</h2>
<p class="hint script-only">Choose a path to see the proof of each of its links, and its way through the system.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Critical paths and their links">
<table class="matrix">
<thead><tr><th scope="col">Path</th>${LINKS.map((name) => html`<th scope="col" title="${QUESTIONS[name]}">${name}</th>`)}<th scope="col">detected in</th></tr></thead>
<tbody>${paths.map(pathRow)}</tbody>
</table>
</div>
${paths.map(chain)}
</section>
`;
}

function pathRow({ name, links, alerts, isInferred, isCovered }: GraphPath, index: number): Html {
  const fastest = alerts.reduce<GraphPath['alerts'][number] | undefined>(
    (best, one) => (best === undefined || one.detectedWithin < best.detectedWithin ? one : best),
    undefined,
  );
  return html`<tr class="${isCovered ? '' : 'bad'}"><th scope="row"><button type="button" class="path" data-path="${index}" aria-expanded="false" aria-controls="path-${index}">${name}</button>${isInferred ? html` <span class="inferred">inferred</span>` : ''}</th>${links.map(
    ({ mark, gap }) =>
      html`<td class="${mark}"${gap === undefined ? '' : html` title="${gap}"`}><span aria-hidden="true">${MARKS[mark].sign}</span><span class="words">${MARKS[mark].words}</span></td>`,
  )}<td class="speed"${fastest ? html` title="${fastest.sum}"` : ''}>${fastest ? formatSeconds(fastest.detectedWithin) : html`<span aria-hidden="true">–</span><span class="words">never</span>`}</td></tr>
`;
}

/** Proofs of a link that are shown at once, shown with their lines when they are asked for, and named at all. */
const [FIRST_PROOFS, FRAMED_PROOFS, MOST_PROOFS] = [1, 6, 40];
/** Lines of a proof: it is named in words, and its file is one look away. */
const PROOF_LINES = 2;

function chain({ name, links, alerts }: GraphPath, index: number): Html {
  const cards = links.map(({ name: link, mark, proof, gap, at }) => {
    const shown = proof.slice(0, FIRST_PROOFS).map(proofMarkup);
    const rest = [
      ...proof.slice(FIRST_PROOFS, FRAMED_PROOFS).map(proofMarkup),
      ...proof
        .slice(FRAMED_PROOFS, MOST_PROOFS)
        .map(
          ({ what, at: place }) =>
            html`<div class="proof"><p>${what} <span class="where">${placeText(place)}</span></p></div>`,
        ),
      ...(proof.length > MOST_PROOFS
        ? [html`<p class="proof">and ${proof.length - MOST_PROOFS} others</p>`]
        : []),
    ];
    const others = proof.length - FIRST_PROOFS;
    return html`<li class="link ${mark}">
<h4><span class="sign" aria-hidden="true">${MARKS[mark].sign}</span> ${link} <span class="words">${MARKS[mark].words}</span></h4>
<p class="asks">${QUESTIONS[link]}</p>
${gap === undefined ? '' : html`<p class="gap">${gap}</p>`}${gap !== undefined && at ? whereMarkup(at) : ''}
${shown}${rest.length > 0 ? html`<details><summary>${others} more</summary>${rest}</details>` : ''}
</li>
`;
  });
  const speeds = alerts.map(
    ({ name: alert, severity, sum }) =>
      html`<li><b>${alert}</b>${severity ? html` <span class="tag">${severity}</span>` : ''} ${sum}</li>`,
  );
  return html`<div class="chain" id="path-${index}" data-chain="${index}">
<h3>The chain of proof of ${name}</h3>
<ol class="links">${cards}</ol>
${speeds.length > 0 ? html`<details class="speeds"><summary>How soon its ${counted(speeds.length, 'alert').replace(/^1 /, '')} would tell</summary><ul>${speeds}</ul></details>` : ''}
</div>
`;
}

const proofMarkup = ({ what, at }: GraphPath['links'][number]['proof'][number]): Html =>
  html`<div class="proof"><p>${what}</p>${whereMarkup(at)}</div>`;

const whereMarkup = (at: FindingPlace): Html =>
  html`<p class="where">${placeText(at)}</p>${codeFrame(at, 0, PROOF_LINES)}`;

function systemSection(
  { scenes, paths }: SystemGraph,
  drawings: readonly Drawing[],
  anchors: (id: string) => string,
  { findings }: CheckResult,
): Html {
  if (scenes.length === 0) return html``;
  const pickers =
    drawings.length > 1
      ? html`<p class="pick script-only"><label for="scene">Stack</label> <select id="scene">${drawings.map(({ scene }, index) => html`<option value="${index}">${scene.name}</option>`)}</select></p>`
      : '';
  return html`<section aria-labelledby="system-title">
<h2 id="system-title">The system</h2>
<p class="hint">As the files describe it, from what is watched at the left to who is told at the right. <span class="script-only">Choose a box for what is in it.</span></p>
<ul class="legend" aria-label="Colours"><li class="watched">watched</li><li class="collected">collected</li><li class="rule">rules and tests</li><li class="told">told</li><li class="shown">shown</li><li class="broken">missing</li><li class="unknown">not in the repository</li></ul>
${pickers}
${drawings.map(({ scene, picture, pathNodes }, index) => {
  const ways = [...pathNodes].map(
    ([path, nodes]) => html`<span data-way="${path}" data-nodes="${nodes.map(anchors).join(' ')}"></span>`,
  );
  return html`<div class="scene" data-scene="${index}">${drawings.length > 1 ? html`<h3>${scene.name}</h3>` : ''}
<div class="scroll drawing" tabindex="0" role="region" aria-label="Drawing of ${scene.name}">${picture}</div>
<div hidden>${ways}</div>
<div class="details">${scene.nodes.map((node) => nodeDetails(node, scene.nodes, scene.edges, anchors, findings, paths))}</div>
</div>`;
})}
</section>
`;
}

/** Items of a node that are listed at once. */
const MOST_ITEMS = 30;

function nodeDetails(
  node: GraphNode,
  nodes: readonly GraphNode[],
  edges: Drawing['scene']['edges'],
  anchors: (id: string) => string,
  findings: readonly Finding[],
  paths: readonly GraphPath[],
): Html {
  const nameOf = (id: string): string => nodes.find((other) => other.id === id)?.name ?? id;
  const into = edges.filter(({ to }) => to === node.id);
  const out = edges.filter(({ from }) => from === node.id);
  const own = node.findings.flatMap((index) => findings[index] ?? []).sort(bySeverity);
  const through = paths.filter(({ links }) => links.some(({ nodes: ids }) => ids.includes(node.id)));
  const places = (at: readonly FindingPlace[]): Html =>
    at.length === 0 ? html`` : html` <span class="where">${at.slice(0, 3).map(placeText).join(', ')}</span>`;
  const list = (title: string, rows: readonly Html[]): Html =>
    rows.length === 0
      ? html``
      : html`<h4>${title}</h4><ul>${rows.slice(0, MOST_ITEMS)}</ul>${rows.length > MOST_ITEMS ? html`<details><summary>${rows.length - MOST_ITEMS} more</summary><ul>${rows.slice(MOST_ITEMS)}</ul></details>` : ''}`;
  return html`<div class="node-details" data-details="${anchors(node.id)}" tabindex="-1">
<h3 class="title"><span class="tag">${KIND_NAMES[node.kind]}</span> ${node.name}</h3>
<p>${node.detail ?? ''}${places(node.at)}</p>
<div class="columns">${[
    list(
      'Findings',
      own.map(
        ({ severity, message, at }) =>
          html`<li><span class="severity ${severity}">${severity}</span> ${message} <span class="where">${placeText(at)}</span></li>`,
      ),
    ),
    list(
      'Critical paths',
      through.map(({ name }) => html`<li>${name}</li>`),
    ),
    list(
      'From',
      into.map(
        (edge) =>
          html`<li class="${edge.state}"><b>${nameOf(edge.from)}</b>: ${edge.what}${places(edge.at)}</li>`,
      ),
    ),
    list(
      'To',
      out.map(
        (edge) =>
          html`<li class="${edge.state}"><b>${nameOf(edge.to)}</b>: ${edge.what}${places(edge.at)}</li>`,
      ),
    ),
    list(
      ITEM_TITLES[node.kind] ?? 'In it',
      node.items.map(
        ({ name, detail, at }) =>
          html`<li>${name}${detail ? html` <span class="soft">${detail}</span>` : ''}${at ? places([at]) : ''}</li>`,
      ),
    ),
  ].map((part) => (part.html === '' ? '' : html`<div>${part}</div>`))}</div>
</div>
`;
}

const ITEM_TITLES: Readonly<Partial<Record<GraphNode['kind'], string>>> = {
  job: 'Targets',
  rules: 'Alerts',
  alertmanager: 'Alerts',
  tests: 'Alerts that it makes fire',
  receiver: 'Alerts that end here',
  dashboard: 'Panels',
  grafana: 'Datasources',
  missing: 'What misses it',
  unwatched: 'Services',
  outside: 'Targets',
};

const TITLES: Readonly<Record<Severity, string>> = {
  error: 'Errors',
  warning: 'Warnings',
  notice: 'Notices',
};

function findingSection(findings: readonly Finding[]): Html {
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
<output aria-live="polite" data-shown>${counted(findings.length, 'finding')}</output>
</form>
<ol class="findings${findings.length > MANY ? ' many' : ''}">${findings.map(findingMarkup)}</ol>
</section>
`;
}

/** More findings than these are laid out only when they come into view. */
const MANY = 200;

const areaOf = ({ rule }: Finding): string => rule.split('/')[0] ?? rule;

function findingMarkup(finding: Finding): Html {
  const { severity, rule, message, help, at, related } = finding;
  return html`<li class="finding ${severity}" data-severity="${severity}" data-area="${areaOf(finding)}">
<p class="line-1"><span class="severity ${severity}">${severity}</span> <span class="where">${at.file}:${at.start.line}:${at.start.column}</span> <code class="rule">${rule}</code></p>
<h3>${message}</h3>
${codeFrame(at, 2)}
${related.map((other) => html`<div class="related"><p>${other.message} <span class="where">${placeText(other.at)}</span></p>${codeFrame(other.at, 0)}</div>`)}${help === undefined ? '' : html`<p class="help"><b>Help</b> ${help}</p>`}
</li>
`;
}

/** What was asked besides the rules: results of tools that were run have their place here. */
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
