import type { Mark, Panel } from '../chart/index.ts';
import { formatNumber } from '../formatNumber.ts';
import { rowAt } from '../rowAt.ts';
import type { FirstCorrectionLine } from '../Summary.ts';
import type { MaybeFigure } from './Figure.ts';
import type { FigureGroup, FigureInput } from './FigureInput.ts';

const panelsShown = 8;

/** First corrections over what they ought to have been, with the fitted line. */
export function firstStepFigure({ main }: FigureInput): MaybeFigure {
  const id = 'first-step';
  const groups = main.flatMap((group) => {
    const line = group.summary.firstCorrection;
    return line === null ? [] : [{ ...group, line }];
  });
  if (groups.length === 0) {
    return {
      id,
      title: 'First correction against what was needed',
      undrawable:
        'It takes 20 trajectories from five starts on both sides of focus (semfocus run figure-2e has them).',
    };
  }
  const title = titleOf(groups);
  const chartOf = (members: typeof groups, name: string) => ({
    name,
    title,
    legend: [
      { label: 'perfect correction', colour: 'margin' as const, dash: 'dot' as const },
      { label: 'line of least squares', colour: 'ink' as const, dash: 'solid' as const },
    ],
    columns: Math.min(4, members.length),
    panelHeight: 240,
    panels: members.map(panelOf),
  });
  const further = groups.slice(panelsShown);
  return {
    id,
    title,
    caption: `Each marker is the first correction of working distance of one trajectory (n = ${[...new Set(groups.map(({ records }) => records.length))].join(' or ')}), over the one that would have brought it into focus. On the dotted line a correction is right; a slope below 1 is too cautious, an offset is a bias. Intervals: 95 %, bootstrap over trajectories.`,
    views: [
      {
        label: 'all',
        chart: chartOf(groups.slice(0, panelsShown), 'first-step'),
        ...(further.length > 0 && {
          more: {
            label: `${further.length} further panels`,
            chart: chartOf(further, 'first-step-further'),
          },
        }),
      },
    ],
    table: {
      head: ['algorithm', 'condition', 'n', 'slope', '95 %', 'offset, µm', '95 %'],
      rows: groups.map(({ look, summary, line, records }) => [
        look.label,
        conditionText(summary.condition),
        records.length,
        formatNumber(line.slope),
        rangeText(line.slopeInterval95),
        formatNumber(line.offsetUm),
        rangeText(line.offsetUmInterval95),
      ]),
    },
  };
}

type Fitted = FigureGroup & { readonly line: FirstCorrectionLine };

function panelOf({ records, look, line, summary }: Fitted): Panel {
  const needed = records.map((record) => -rowAt(record, 0).residual.workingDistanceUm);
  const made = records.map(
    (record, i) => rowAt(record, 1).residual.workingDistanceUm + (needed[i] ?? 0),
  );
  const widest = 1.1 * Math.max(...needed.map(Math.abs));
  const range = [-widest, widest] as const;
  const top = Math.min(2.5 * widest, Math.max(widest, 1.05 * Math.max(...made.map(Math.abs))));
  const colour = `s${look.colour}` as const;
  const at = (x: number) => line.slope * x + line.offsetUm;
  const marks: Mark[] = [
    { kind: 'line', x: range, y: range, colour: 'margin', dash: 'dot', width: 0.8 },
    {
      kind: 'points',
      x: needed,
      y: made,
      colour,
      symbol: look.symbol,
      size: 0.9,
      opacity: records.length > 100 ? 0.35 : 0.6,
    },
    { kind: 'line', x: range, y: range.map(at), colour: 'ink', width: 0.8 },
    text(
      -0.95 * widest,
      0.9 * top,
      `slope ${formatNumber(line.slope)} [${rangeText(line.slopeInterval95)}]`,
    ),
    text(
      -0.95 * widest,
      0.74 * top,
      `offset ${formatNumber(line.offsetUm)} µm [${rangeText(line.offsetUmInterval95)}]`,
    ),
  ];
  return {
    heading: `${look.label}, ${conditionText(summary.condition)}`,
    x: { title: 'needed (µm)', scale: 'linear', range },
    y: { title: 'made (µm)', scale: 'linear', range: [-top, top] },
    marks,
  };
}

function text(x: number, y: number, content: string): Mark {
  return { kind: 'text', x, y, text: content, anchor: 'start', colour: 'ink' };
}

function conditionText({ preset, specimen, dwellTimeNs }: Fitted['summary']['condition']): string {
  return `${preset}, ${specimen}, ${dwellTimeNs} ns`;
}

function rangeText({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${formatNumber(low)}, ${formatNumber(high)}`;
}

/** Whose slope is nearest to 1, whose farthest. */
function titleOf(groups: readonly Fitted[]): string {
  const ranked = groups.toSorted((p, q) => Math.abs(p.line.slope - 1) - Math.abs(q.line.slope - 1));
  const [best] = ranked;
  const worst = ranked.at(-1);
  const part = ({ look, line }: Fitted) =>
    `${look.label} makes ${formatNumber(100 * line.slope)} % of the correction that is needed`;
  if (best === undefined) return '';
  return worst === undefined || worst === best
    ? `One step: ${part(best)}, offset ${formatNumber(best.line.offsetUm)} µm`
    : `One step: ${part(best)}, ${part(worst).replace(' of the correction that is needed', '')}`;
}
