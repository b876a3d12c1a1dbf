import { verdictWords } from '../gate/index.ts';
import {
  courseHead,
  courseHeading,
  courseRows,
  type History,
  type HistoryRun,
  historyFigures,
  nameOf,
  runHead,
  runRow,
} from '../history/index.ts';
import { escapeHtml, plural } from '../words/index.ts';
import { htmlPage } from './htmlPage.ts';
import { figureHtml } from './sections/figureHtml.ts';
import { scrolling, tableHtml } from './sections/tableHtml.ts';
import { verdictLooks } from './sections/verdictBanner.ts';

/** A history as one self-contained HTML file, readable without scripts. */
export function historyPage(history: History): string {
  const { runs, courses } = history;
  const title = `History of ${plural(runs.length, 'run', 'runs')}`;
  const latest = runs.at(-1);
  const table = tableHtml(
    { head: runHead, rows: runs.map((run, at) => ({ cells: runRow(run, at) })) },
    ' class="left"',
  );
  const numbers = courses.map((course) => {
    const heading = courseHeading(course);
    const rows = courseRows(course, history).map((cells) => ({ cells }));
    return `<h3 class="apart">${escapeHtml(heading)}</h3>${scrolling(heading, tableHtml({ head: courseHead, rows }))}`;
  });
  return htmlPage(
    title,
    `<header>
<p class="kicker">semfocus history</p>
<h1>${escapeHtml(title)}</h1>
${latest?.gate == null ? '' : `<div class="banner">${verdictLine(latest, runs.length - 1)}</div>`}
<nav aria-label="Sections"><a href="#runs">Runs</a><a href="#course">Course</a><a href="#numbers">Numbers</a></nav>
</header>
<main>
<section id="runs"><h2>Runs</h2>
${scrolling('Runs', table)}
<h3 class="apart">Each against the last earlier run of its suite</h3>
${runs.map(verdictLine).filter(Boolean).join('\n') || '<p class="note">There is no earlier run of the same suite.</p>'}</section>
<section id="course"><h2>Course</h2>
${historyFigures(history)
  .map((figure) => figureHtml(figure, { hasExports: false }))
  .join('\n')}</section>
<section id="numbers"><h2>Numbers</h2>
${numbers.join('\n')}
<p class="note">Success with its 95 % interval. Working distance: interquartile mean at the end. Dose: median until inside the margins. Times: median of an iteration. –: not reached by half of the trajectories, or nothing to tell.</p></section>
</main>`,
  );
}

function verdictLine({ gate, ...run }: HistoryRun, at: number): string {
  if (gate === null) return '';
  const { verdict, sentence, against } = gate;
  const what = `${at + 1} ${nameOf(run)} against ${against}: ${sentence}`;
  return `<p><span class="stamp ${verdictLooks[verdict]}">${verdictWords[verdict]}</span> ${escapeHtml(what)}</p>`;
}
