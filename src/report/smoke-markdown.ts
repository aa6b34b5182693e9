import type { SmokeOutcome } from '../smoke/outcome.ts';
import { counted } from '../words.ts';

/** Absent selectors that the page lists; the rest is counted. */
const MOST_ABSENT = 50;

/** What a boot showed, as sections of a page; `plain` makes a text harmless. */
export function smokeSections(smoke: SmokeOutcome | undefined, plain: (text: string) => string): string[] {
  if (smoke === undefined) return [];
  // That it was not done, and why, stands among the notes.
  if (!smoke.isBooted) return [];
  const looks = smoke.looks.map(
    ({ look, ok, detail }) => `| ${ok ? '✅' : '❌'} | ${look} | ${plain(detail)} |`,
  );
  const absent = [
    ...new Set(smoke.series.filter(({ isPresent }) => !isPresent).map(({ selector }) => selector)),
  ];
  const more = absent.length > MOST_ABSENT ? [`- and ${absent.length - MOST_ABSENT} more`] : [];
  return [
    ['### Smoke boot', ['| | look | |', '| :-: | --- | --- |', ...looks].join('\n')].join('\n\n'),
    ...(absent.length === 0
      ? []
      : [
          folded(
            `${counted(absent.length, 'selector')} without a series`,
            [...absent.slice(0, MOST_ABSENT).map((selector) => `- ${plain(selector)}`), ...more].join('\n'),
          ),
        ]),
    ...smoke.logs.map(({ service, text }) =>
      folded(`Last lines of ${plain(service)}`, text.split('\n').map(plain).join('<br>\n')),
    ),
  ];
}

const folded = (title: string, body: string): string =>
  `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
