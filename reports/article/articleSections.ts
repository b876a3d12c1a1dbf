import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { convergenceFigure } from '../figures/article/index.ts';
import {
  type FigureInput,
  figureInput,
  firstStepFigure,
  type MaybeFigure,
  timingFigure,
} from '../figures/index.ts';
import { summarise } from '../summary/index.ts';
import { seriesLabel, stigmatorUnit } from '../words/index.ts';
import type { ArticleItem, Measure } from './ArticleItem.ts';
import { articleItems } from './articleItems.ts';
import { measuredCells, measuredHead } from './measuredRows.ts';

/** One or more figures or tables of the article, beside what the records say. */
export interface ArticleSection {
  readonly item: ArticleItem;
  readonly head: readonly string[];
  readonly reported: readonly (readonly string[])[];
  /** Empty where no record is of the suite. */
  readonly measured: readonly (readonly string[])[];
  /** Seeds of the suite that the records have. */
  readonly seeds: readonly number[];
  readonly figure?: MaybeFigure;
}

/** Every item of the article, with what records there are of its suite. */
export function articleSections(records: readonly TrajectoryRecord[]): readonly ArticleSection[] {
  return articleItems.map((item): ArticleSection => {
    const own = records.filter(({ scenario }) => scenario.suite === item.suite);
    const head = ['method', 'setting', 'n', ...measuredHead(item.measure)];
    if (own.length === 0) {
      return { item, head, reported: item.reported, measured: [], seeds: [] };
    }
    const input = figureInput(own, summarise(own));
    return {
      ...{ item, head, reported: item.reported },
      measured: input.groups.map(({ records: members, summary }) => [
        seriesLabel(summary),
        settingText(summary),
        String(members.length),
        ...measuredCells(item.measure, { records: members, summary }),
      ]),
      seeds: [...new Set(own.map(({ scenario }) => scenario.seed))].sort((p, q) => p - q),
      figure: named(figureOf(item.measure, input), item.id),
    };
  });
}

function settingText({ condition }: FigureInput['groups'][number]['summary']): string {
  const { preset, psf, specimen, dwellTimeNs } = condition;
  return `${preset}, ${psf}, ${specimen}, ${dwellTimeNs} ns`;
}

function figureOf({ kind }: Measure, input: FigureInput): MaybeFigure {
  switch (kind) {
    case 'line':
      return firstStepFigure(input);
    case 'time':
      return timingFigure(input);
    default:
      return convergenceFigure(input, 'iteration');
  }
}

/** Names in a page are told apart by the item. */
function named(figure: MaybeFigure, id: string): MaybeFigure {
  if ('undrawable' in figure) return { ...figure, id: `${id}-${figure.id}` };
  const [first, ...others] = figure.views.map(({ more: _, chart, ...view }) => ({
    ...view,
    chart: { ...chart, name: `${id}-${chart.name}` },
  }));
  return { ...figure, id: `${id}-${figure.id}`, views: [first!, ...others] };
}

/** How to read the sections. */
export const articleIntroduction = `First what the article reports, then what the simulator gives in the same protocol. Errors are absolute residuals from the true focus, mean ± SD over trajectories. Brackets are 95 % intervals. “Inside” is within 1 µm and 0.25 ${stigmatorUnit} of it; “–” where no number is given.`;
