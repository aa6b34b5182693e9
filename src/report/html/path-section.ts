import { LINKS, type LinkName } from '../../config/config.ts';
import type { FindingPlace } from '../../lint/finding.ts';
import { formatSeconds } from '../../promql/duration.ts';
import { counted } from '../../words.ts';
import { type GraphPath, placeText, type SystemGraph } from '../graph/model.ts';
import type { Mark } from '../matrix.ts';
import { codeFrame } from './code.ts';
import { type Html, html } from './escape.ts';

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

/** The matrix of paths and links, and each path's chain of proof. */
export function pathSection({ paths }: SystemGraph): Html {
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
