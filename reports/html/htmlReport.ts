import { pairRuns } from '../../harness/gate/index.ts';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import type { Series } from '../chart/index.ts';
import {
  claimsFigure,
  costFigure,
  differenceFigure,
  ecdfFigure,
  type FigureGroup,
  type FigureInput,
  failureFigure,
  figureInput,
  firstStepFigure,
  heatFigure,
  ladderFigure,
  meanFigure,
  medianFigure,
  profileFigure,
  sampleSizeText,
  signedFigure,
  targetsFigure,
  timingFigure,
  tornadoFigure,
} from '../figures/index.ts';
import { groupRecords, type Summary, type SummaryGroup } from '../summary/index.ts';
import {
  conditionNames,
  escapeHtml,
  instrumentTexts,
  marginsText,
  plural,
  stigmatorUnit,
  timingText,
  trajectoriesText,
  truthText,
} from '../words/index.ts';
import { pageScript } from './asset.ts';
import { embedJson } from './embedJson.ts';
import { htmlPage } from './htmlPage.ts';
import type { PreviewPngs } from './pictures/PreviewPngs.ts';
import { plotlySource } from './plotlySource.ts';
import { beforeAfter, typicalTrajectory } from './sections/beforeAfter.ts';
import { figureHtml } from './sections/figureHtml.ts';
import { filterBar } from './sections/filterBar.ts';
import { flipsSection } from './sections/flipsSection.ts';
import { gallerySection } from './sections/gallerySection.ts';
import { groupHeading } from './sections/groupHeading.ts';
import { headlineTable } from './sections/headlineTable.ts';
import { iterationTable } from './sections/iterationTable.ts';
import { methodsSection } from './sections/methodsSection.ts';
import {
  type Provenance,
  provenanceSection,
  type SeedNames,
} from './sections/provenanceSection.ts';
import { provenanceTable } from './sections/provenanceTable.ts';
import type { ReportBaseline } from './sections/ReportBaseline.ts';
import type { ReportRun } from './sections/ReportRun.ts';
import { recordAttributes } from './sections/recordAttributes.ts';
import { simToRealSection } from './sections/simToRealSection.ts';
import { validityOf } from './sections/validity.ts';
import { verdictBanner } from './sections/verdictBanner.ts';
import type { MaybeTrajectoryFigure } from './trajectory/figureData.ts';
import { trajectoriesFigure } from './trajectory/trajectoriesFigure.ts';
import { trajectoriesHtml } from './trajectory/trajectoriesHtml.ts';
import { trajectoriesSection } from './trajectory/trajectoriesSection.ts';
import { type TrajectoryTable, trajectoryTable } from './trajectory/trajectoryTable.ts';

/** What the script of the page reads. */
export interface ReportData {
  readonly series: readonly Series[];
  readonly conditions: readonly string[];
  readonly stigmatorUnit: string;
  readonly figure: MaybeTrajectoryFigure;
  readonly summary: Summary;
  readonly table: TrajectoryTable;
}

/** What a report is made of. */
export interface HtmlReportInput {
  readonly records: readonly TrajectoryRecord[];
  /** `summarise(records)`. */
  readonly summary: Summary;
  readonly title: string;
  /** By key of the record; those of `galleryRecords` and of `picturedFlips` are enough. */
  readonly images: ReadonlyMap<string, PreviewPngs>;
  readonly provenance: Provenance;
  /** Seeds that must not be told: what the report says in their place. */
  readonly seedNames?: SeedNames;
  /** Facts about the runs that are not in their records. */
  readonly runs?: readonly ReportRun[];
  /** Lines that were skipped when they were read; one line each. */
  readonly notices?: readonly string[];
  /** The baseline that they are compared with. */
  readonly baseline?: ReportBaseline;
}

/** Rows of the headline table that are not folded away: the figure below is to be seen without a search. */
const headlineRows = 18;

/**
 * One self-contained HTML file: opens from disk or a mail attachment without network, is readable
 * without scripts (figures, tables, methods, frames), prints, follows the reader's light or dark theme.
 *
 * Equal input gives equal bytes: the report has no clock of its own. Every string of the input is
 * escaped, and a content security policy forbids the page to load anything. The plotting library is
 * text until a reader asks for single trajectories.
 */
export function htmlReport({
  records,
  summary,
  title,
  images,
  provenance,
  seedNames = new Map(),
  runs = [],
  notices = [],
  baseline,
}: HtmlReportInput): string {
  const groups = groupRecords(records);
  const input = figureInput(records, summary);
  const { series } = input;
  const trajectories = trajectoriesFigure(groups);
  const isEmpty = groups.length === 0;
  const instruments = instrumentTexts(summary.groups);
  const isMeasured = instruments.length > 0;
  const attributes = recordAttributes(input.groups);
  const typical = typicalTrajectory(input.main, images);
  const pair =
    typical === undefined
      ? ''
      : beforeAfter(typical, images, attributes.get(typical.record.key) ?? '');
  const convergence = figureHtml(meanFigure(input), pair === '' ? {} : { widthPx: 900 });
  const sections: readonly (readonly [string, string, string])[] = [
    ['headline', 'Headline', headline(input)],
    [
      'convergence',
      'Convergence',
      (pair === '' ? convergence : `<div class="beside">${convergence}${pair}</div>`) +
        (isEmpty
          ? ''
          : `<details class="numbers"><summary>Numbers after each iteration</summary>${iterationTable(input.groups)}</details>`) +
        figureHtml(medianFigure(input)) +
        trajectoriesHtml(trajectories, series, sampleSizeText(input.groups)),
    ],
    ...(isMeasured
      ? [['sim-to-real', 'Instrument and simulation', simToRealSection(summary)] as const]
      : []),
    [
      'targets',
      'Cost to the margins',
      figureHtml(ecdfFigure(input)) +
        figureHtml(profileFigure(input)) +
        figureHtml(targetsFigure(input)),
    ],
    ['dose', 'Low dose', figureHtml(ladderFigure(input))],
    [
      'regions',
      'Where it breaks',
      figureHtml(heatFigure(input)) +
        (baseline === undefined
          ? ''
          : figureHtml(differenceFigure(input, partners(records, baseline)))) +
        figureHtml(tornadoFigure(input)),
    ],
    [
      'errors',
      'Errors and claims',
      figureHtml(firstStepFigure(input)) +
        figureHtml(signedFigure(input)) +
        figureHtml(claimsFigure(input)),
    ],
    ['time', 'Time', figureHtml(costFigure(input)) + figureHtml(timingFigure(input))],
    [
      'flips',
      'Against the baseline',
      flipsSection(records, images, baseline, { attributes, series }),
    ],
    ['failures', 'Failures', figureHtml(failureFigure(input))],
    ['trajectories', 'Trajectories', trajectoriesSection(input)],
    [
      'frames',
      'Frames',
      `<h3>Before, after, and in focus</h3>${gallerySection(records, images, { runs, attributes, typical: typical?.record.key })}`,
    ],
    ['methods', 'Methods', methodsSection(summary)],
    [
      'provenance',
      'Provenance',
      provenanceTable(runs) + provenanceSection(records, provenance, seedNames),
    ],
    [
      'downloads',
      'Downloads',
      `<p class="note">The data of this report, from inside this file. Numbers here are complete; the page rounds them.</p><p class="buttons needs-script">
<button type="button" data-download="csv">Iterations (CSV)</button>
<button type="button" data-download="json">Summary (JSON)</button></p>`,
    ],
  ];
  const data: ReportData = {
    series,
    conditions: input.conditions,
    stigmatorUnit,
    figure: trajectories.figure,
    summary,
    table: trajectoryTable(input.groups, runs, seedNames),
  };
  const verdict = verdictBanner(summary, validityOf(records, runs, notices), baseline?.gate);
  return htmlPage(
    title,
    `<a class="skip" href="#headline">To the numbers</a>
<header>
<p class="kicker">semfocus report</p>
<h1>${escapeHtml(title)}</h1>
${verdict}
${instruments.map((text) => `<p class="instrument">${escapeHtml(text)}</p>`).join('\n')}
<p class="facts">${escapeHtml(facts(summary))}</p>
<nav aria-label="Sections">${sections.map(([id, name]) => `<a href="#${id}">${name}</a>`).join('')}</nav>
</header>
<noscript><p class="note">Scripts are off: figures, tables, frames and methods are complete; filters, single trajectories, exports and downloads need scripts.</p></noscript>
${filterBar(input)}
<main>
<article id="trajectory" tabindex="-1" hidden></article>
${sections.map(([id, name, content]) => `<section id="${id}"><h2>${name}</h2>\n${content}</section>`).join('\n')}
</main>
<script type="application/json" id="report-data">${embedJson(data)}</script>
<script type="text/plain" id="plotly-source">${plotlySource()}</script>
<script>
${pageScript()}</script>`,
    true,
  );
}

/** By key of a record: what the baseline did in the same scenario. */
function partners(
  records: readonly TrajectoryRecord[],
  baseline: ReportBaseline,
): ReadonlyMap<string, TrajectoryRecord> {
  const { algorithms } = pairRuns(baseline.records, records);
  return new Map(
    algorithms.flatMap(({ pairs }) => pairs.map(({ base, candidate }) => [candidate.key, base])),
  );
}

function headline({ groups, main, acting, shown }: FigureInput): string {
  if (groups.length === 0) return '<div class="undrawable">There are no trajectories.</div>';
  // Whole conditions, at least one.
  const first: FigureGroup[] = [];
  for (const panel of main.length <= headlineRows ? [{ groups: main }] : shown) {
    if (first.length === 0 || first.length + panel.groups.length <= headlineRows) {
      first.push(...panel.groups);
    }
  }
  const summaries = groups.map(({ summary }) => summary);
  const others = groups.filter((group) => !first.includes(group));
  const folded =
    others.length === 0
      ? ''
      : `<details class="numbers paper"><summary>${plural(conditionCount(others.map(({ summary }) => summary)), 'further condition')}</summary>${headlineTable(others)}</details>`;
  const margins = marginsText(summaries);
  const isShown = acting.length === main.length;
  const notes = [
    timingText(summaries),
    isShown
      ? ''
      : 'Where all trajectories were right to decline, figures of residuals have nothing to show.',
  ].filter((text) => text !== '');
  return `${headlineTable(first)}<p class="note">Success: inside the ${escapeHtml(margins)} at the end, or declined where there is nothing to focus on. Residuals against ${escapeHtml(truthText(summaries))}. Brackets: 95 % intervals. ${notes.join(' ')} <a href="#methods">What the columns say</a></p>${folded}`;
}

function conditionCount(groups: readonly SummaryGroup[]): number {
  return new Set(groups.map(groupHeading)).size;
}

function facts({ groups }: Summary): string {
  const total = groups.reduce((sum, { trajectories }) => sum + trajectories, 0);
  if (total === 0) return '0 trajectories';
  const { common } = conditionNames(groups.map(({ condition }) => condition));
  const algorithms = new Set(groups.map(({ algorithm }) => algorithm)).size;
  return [
    trajectoriesText(total),
    plural(algorithms, 'algorithm'),
    plural(conditionCount(groups), 'condition'),
    ...(common === '' ? [] : [common]),
    marginsText(groups),
  ].join(' · ');
}
