import { readFileSync } from 'node:fs';
import type { TrajectoryRecord } from '../../harness/experiment/index.ts';
import { boundText } from '../boundText.ts';
import { findings } from '../findings.ts';
import { groupRecords } from '../groupRecords.ts';
import { marginsText } from '../marginsText.ts';
import type { Summary } from '../Summary.ts';
import { timingText } from '../timingText.ts';
import { conditionNames } from './conditionNames.ts';
import { convergenceFigure } from './convergenceFigure.ts';
import { embedJson } from './embedJson.ts';
import { escapeHtml } from './escapeHtml.ts';
import type { MaybeFigure } from './figureData.ts';
import { gallerySection, type PreviewPngs } from './gallerySection.ts';
import { headlineTable } from './headlineTable.ts';
import { iterationTable } from './iterationTable.ts';
import { methodsSection } from './methodsSection.ts';
import { outcomesFigure } from './outcomesFigure.ts';
import { plotlySource } from './plotlySource.ts';
import { type Provenance, provenanceSection, type SeedNames } from './provenanceSection.ts';
import { type Series, seriesOf } from './series.ts';
import { swatch } from './swatch.ts';
import { timeFigure } from './timeFigure.ts';
import { trajectoriesFigure } from './trajectoriesFigure.ts';
import { trajectoryTable } from './trajectoryTable.ts';

/** What a report is made of. */
export interface HtmlReportInput {
  readonly records: readonly TrajectoryRecord[];
  /** `summarise(records)`. */
  readonly summary: Summary;
  readonly title: string;
  /** By key of the record; those of `galleryRecords` are enough. */
  readonly images: ReadonlyMap<string, PreviewPngs>;
  readonly provenance: Provenance;
  /** Seeds that must not be told: what the report says in their place. */
  readonly seedNames?: SeedNames;
}

/**
 * One self-contained HTML file: opens from disk or a mail attachment without network, is readable
 * without scripts (tables, methods, frames), prints, follows the reader's light or dark theme.
 *
 * Equal input gives equal bytes: the report has no clock of its own. Every string of the input is
 * escaped, and a content security policy forbids the page to load anything.
 */
export function htmlReport({
  records,
  summary,
  title,
  images,
  provenance,
  seedNames = new Map(),
}: HtmlReportInput): string {
  const groups = groupRecords(records);
  const series = seriesOf(summary);
  const trajectories = trajectoriesFigure(groups);
  const figures: Record<string, MaybeFigure> = {
    convergence: convergenceFigure(summary, 'iteration'),
    dose: convergenceFigure(summary, 'dose'),
    trajectories: trajectories.figure,
    time: timeFigure(groups, series),
    outcomes: outcomesFigure(summary),
  };
  const figure = (id: string, about: FigureAbout) => figureSection(id, figures[id], about, series);
  const isEmpty = summary.groups.length === 0;
  const margins = marginsText(summary.groups);
  const timing = timingText(summary.groups);
  const timingNote = timing === '' ? '' : ` ${timing}`;
  const bound = boundText(summary.groups).trimEnd();
  const boundNote = bound === '' ? '' : ` ${bound}`;
  const n = sampleSize(summary);
  const dwells = new Set(summary.groups.map(({ condition }) => condition.dwellTimeNs));
  const dwellNote = dwells.size > 1 ? 'The dwell time stands above the first iteration. ' : '';
  const sections: readonly (readonly [string, string, string])[] = [
    [
      'headline',
      'Headline',
      isEmpty
        ? '<div class="undrawable">There are no trajectories.</div>'
        : `${headlineTable(summary, series)}<p class="note">Residuals against the hidden truth. Success: inside the ${escapeHtml(margins)} at the end. – not reached by half of the trajectories; ∞ the interval has no upper end. Brackets: 95 % intervals.${boundNote}${timingNote}</p>`,
    ],
    [
      'convergence',
      'Convergence',
      figure('convergence', {
        title: 'Residual after each iteration',
        caption: `Lines: mean over trajectories (${n}); bands: ± SD, cut at zero. Lower is better; below the dotted line is inside the margin.`,
        toggle: 'Logarithmic scale',
      }) +
        (isEmpty
          ? ''
          : `<details><summary>Numbers after each iteration</summary>${iterationTable(summary)}</details>`),
    ],
    [
      'dose',
      'Cost in dose',
      figure('dose', {
        title: 'Residual against the dose spent on the specimen',
        caption: `The same means (${n}) against the electrons they cost: farther left is gentler. ${dwellNote}The spread is in the figure above; the start, at dose zero, is not on this axis.`,
        toggle: 'Logarithmic residual',
      }),
    ],
    [
      'trajectories',
      'All trajectories',
      figure('trajectories', {
        title: 'Signed residual of single trajectories',
        caption: `One thin line per trajectory (${n}), a marker where it ended; the band is the margin. Hover to see which one it is. ${leftOutText(trajectories.leftOut)}`,
        toggle: 'Full range',
      }),
    ],
    [
      'time',
      'Time',
      figure('time', {
        title: 'Time per iteration',
        caption:
          'Boxes: computing time of the algorithm, quartiles with whiskers from 5 to 95 %; n counts iterations. Open diamonds: median time of the microscope for the frames of one iteration.' +
          timingNote,
      }),
    ],
    ['frames', 'Frames', `<h3>Before, after, and in focus</h3>${gallerySection(records, images)}`],
    [
      'outcomes',
      'Outcomes',
      figure('outcomes', {
        title: 'How the trajectories ended',
        caption: `Fractions of all trajectories (${n}); the numbers are counts.`,
      }),
    ],
    ['methods', 'Methods', methodsSection(summary)],
    ['provenance', 'Provenance', provenanceSection(records, provenance, seedNames)],
    [
      'downloads',
      'Downloads',
      `<p class="note">The data of this report, from inside this file.</p><p class="buttons needs-script">
<button type="button" data-download="csv">Iterations (CSV)</button>
<button type="button" data-download="json">Summary (JSON)</button></p>`,
    ],
  ];
  const data = {
    series,
    figures,
    summary,
    table: trajectoryTable(groups, series, seedNames),
    title,
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
${asset('report.css')}</style>
</head>
<body>
<header>
<p class="kicker">semfocus report</p>
<h1>${escapeHtml(title)}</h1>
${banner(summary)}
<p class="facts">${escapeHtml(facts(summary))}</p>
<nav aria-label="Sections">${sections.map(([id, name]) => `<a href="#${id}">${name}</a>`).join('')}</nav>
</header>
<noscript><p class="undrawable">Scripts are off: tables, frames and methods are complete, the interactive figures are not drawn.</p></noscript>
<main>
${sections.map(([id, name, content]) => `<section id="${id}"><h2>${name}</h2>\n${content}</section>`).join('\n')}
</main>
<script type="application/json" id="report-data">${embedJson(data)}</script>
<script>${plotlySource()}</script>
<script>
${asset('report.js')}</script>
</body>
</html>
`;
}

interface FigureAbout {
  readonly title: string;
  /** One sentence: how to read it. */
  readonly caption: string;
  /** What the button of the figure switches on. */
  readonly toggle?: string;
}

function figureSection(
  id: string,
  figure: MaybeFigure | undefined,
  { title, caption, toggle }: FigureAbout,
  series: readonly Series[],
): string {
  const heading = `<h3>${escapeHtml(title)}</h3>`;
  if (figure === undefined || 'undrawable' in figure) {
    const reason = figure?.undrawable ?? 'There is no such figure.';
    return `<figure class="plot">${heading}<div class="undrawable">${escapeHtml(reason)}</div></figure>`;
  }
  const columns = 'columns' in figure ? figure.columns : [];
  const selector =
    columns.length > widestGrid
      ? `<label>Condition <select data-select="${id}">${columns.map(({ label }, i) => `<option value="${i}">${escapeHtml(label)}</option>`).join('')}</select></label>`
      : '';
  const switcher = toggle
    ? `<button type="button" aria-pressed="false" data-toggle="${id}">${escapeHtml(toggle)}</button>`
    : '';
  const legend =
    figure.kind === 'outcomes'
      ? ''
      : `<p class="legend">${series.map((look) => `<span>${swatch(look)}${escapeHtml(look.label)}</span>`).join('')}</p>`;
  return `<figure class="plot">
<div class="plot-head">${heading}<div class="buttons needs-script">${selector}${switcher}<button type="button" data-export="${id}" data-format="svg">SVG</button><button type="button" data-export="${id}" data-format="png">PNG</button></div></div>
${legend}
<div class="canvas" id="figure-${id}" role="img" aria-label="${escapeHtml(title)}"></div>
<figcaption>${escapeHtml(caption)}</figcaption>
</figure>`;
}

/** Columns side by side; more conditions get a selector. The page's script knows it too. */
const widestGrid = 3;

function banner(summary: Summary): string {
  const [headline = '', ...others] = findings(summary);
  const rest = others.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join('');
  return `<div class="banner"><p>${escapeHtml(headline)}</p>${rest && `<ul>${rest}</ul>`}</div>`;
}

function facts({ groups }: Summary): string {
  const total = groups.reduce((sum, { trajectories }) => sum + trajectories, 0);
  if (total === 0) return '0 trajectories';
  const { common } = conditionNames(groups.map(({ condition }) => condition));
  const conditions = new Set(groups.map(({ condition }) => JSON.stringify(condition))).size;
  const algorithms = new Set(groups.map(({ algorithm, variant }) => `${algorithm} ${variant}`))
    .size;
  return [
    plural(total, 'trajectory', 'trajectories'),
    plural(algorithms, 'algorithm', 'algorithms'),
    plural(conditions, 'condition', 'conditions'),
    ...(common === '' ? [] : [common]),
    marginsText(groups),
  ].join(' · ');
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function sampleSize({ groups }: Summary): string {
  const counts = groups.map(({ trajectories }) => trajectories);
  if (counts.length === 0) return 'n = 0';
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `n = ${least} each` : `n = ${least} to ${most}`;
}

function leftOutText({
  notDrawn,
  leaveTheFrame,
}: {
  readonly notDrawn: number;
  readonly leaveTheFrame: number;
}): string {
  const sentences: string[] = [];
  if (notDrawn > 0) {
    sentences.push(`Drawn is an even selection: ${plural(notDrawn, 'line', 'lines')} left out.`);
  }
  if (leaveTheFrame > 0) {
    sentences.push(
      `${plural(leaveTheFrame, 'trajectory leaves', 'trajectories leave')} the range shown.`,
    );
  }
  return sentences.join(' ');
}

function asset(name: 'report.css' | 'report.js'): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
