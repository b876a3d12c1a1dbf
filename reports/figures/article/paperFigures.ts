import { isRightRefusal, type TrajectoryRecord } from '../../../harness/record/index.ts';
import { type Chart, drawChart, paperTheme, textWidth } from '../../chart/index.ts';
import { groupRecords, type Summary, summarise } from '../../summary/index.ts';
import { costFigure } from '../costFigure.ts';
import { ecdfFigure } from '../ecdfFigure.ts';
import type { Figure } from '../Figure.ts';
import { figureInput } from '../FigureInput.ts';
import { firstStepFigure } from '../firstStepFigure.ts';
import { ladderFigure } from '../ladderFigure.ts';
import { medianFigure } from '../medianFigure.ts';
import { targetsFigure } from '../targetsFigure.ts';
import { timingFigure } from '../timingFigure.ts';
import { captionsText } from './captionsText.ts';
import { convergenceFigure } from './convergenceFigure.ts';
import type { DrawnChart, PaperFigure } from './PaperFigure.ts';

/** A whole file, by its name in the folder of the figures. */
interface PaperFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** Columns of a journal: one, and the whole page. */
const widthsMm = [89, 183] as const;
const pxPerMm = 96 / 25.4;
/** Further conditions that get drawings of their own; more panels than these fill no page. */
const panelsPerPage = 12;
/** What labels of an axis and the gap to the next panel take of a panel, px. */
const gutter = 50;
const boldness = 1.08;

/**
 * Figures for an article as vector SVG, each in the widths of a journal's columns, and one text file
 * with their captions. Text stays text, in a plain sans-serif; lengths are in mm. What the records do
 * not allow is not drawn, and the text file says why.
 *
 * Left out is where all trajectories were right to decline: there is nothing to see.
 *
 * @param input - `summary` is that of the records.
 * @returns files with their names inside the folder.
 */
export function paperFigures({
  records,
  summary,
}: {
  readonly records: readonly TrajectoryRecord[];
  readonly summary: Summary;
}): readonly PaperFile[] {
  const groups = groupRecords(records);
  const worthDrawing = groups.filter((group) => !group.records.every(isRightRefusal));
  const drawnRecords = worthDrawing.flatMap((group) => group.records);
  const isAll = drawnRecords.length === records.length;
  const input = figureInput(drawnRecords, isAll ? summary : summarise(drawnRecords));
  const figures = [
    convergenceFigure(input, 'iteration'),
    convergenceFigure(input, 'dose'),
    medianFigure(input),
    ecdfFigure(input),
    targetsFigure(input),
    ladderFigure(input),
    firstStepFigure(input),
    timingFigure(input),
    costFigure(input),
  ];
  const files: PaperFile[] = [];
  const drawn = figures.map((figure): PaperFigure => {
    if ('undrawable' in figure) return { figure };
    const charts = chartsOf(figure).map(({ label, chart }): DrawnChart => {
      const own = widthsMm.map((widthMm) => ({
        path: `${chart.name}-${widthMm}mm.svg`,
        content: paperSvg(chart, widthMm),
      }));
      files.push(...own);
      return { label, files: own.map(({ path }) => path) };
    });
    return { figure, charts };
  });
  return [
    ...files,
    { path: 'captions.md', content: captionsText(drawn, groups.length - worthDrawing.length) },
  ];
}

/** Every view with its details, as long as these fit on a page. */
function chartsOf({ views }: Figure): readonly { readonly label: string; readonly chart: Chart }[] {
  const isOne = views.length === 1;
  return views.flatMap(({ label, chart, more }) => [
    { label: isOne ? '' : label, chart },
    ...(more !== undefined && more.chart.panels.length <= panelsPerPage
      ? [{ label: isOne ? more.label : `${label}, ${more.label}`, chart: more.chart }]
      : []),
  ]);
}

/** A chart as the text of an SVG file of that width. */
export function paperSvg({ panelHeight: _, ...chart }: Chart, widthMm: number): string {
  const width = widthMm * pxPerMm;
  const svg = drawChart(
    { ...chart, columns: columnsOf(chart, width) },
    { width, theme: paperTheme, isFile: true },
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`;
}

/** Largest number that leaves room for the texts of panels. */
function columnsOf({ columns, panels }: Chart, width: number): number {
  const { fontSize } = paperTheme;
  const needed = Math.max(
    ...panels.map(({ heading = '' }) => textWidth(heading, boldness * fontSize)),
    ...panels.flatMap(({ marks }) =>
      marks.flatMap((mark) => (mark.kind === 'text' ? textWidth(mark.text, fontSize) : [])),
    ),
  );
  let fitting = Math.min(columns, panels.length);
  while (fitting > 1 && width / fitting - gutter < needed) fitting--;
  return fitting;
}
