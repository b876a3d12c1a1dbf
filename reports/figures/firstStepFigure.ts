import type { Interval } from '../../harness/statistics/index.ts';
import type { Mark, Panel } from '../chart/index.ts';
import { formatNumber } from '../formatNumber.ts';
import { residualParameters } from '../html/residualParameters.ts';
import { rowAt } from '../rowAt.ts';
import type { SummaryGroup } from '../Summary.ts';
import type { FigureView, MaybeFigure } from './Figure.ts';
import type { FigureGroup, FigureInput } from './FigureInput.ts';

type Parameter = (typeof residualParameters)[number];

const panelsShown = 8;

/** First corrections over what they ought to have been, with the fitted lines, of each parameter. */
export function firstStepFigure({ main }: FigureInput): MaybeFigure {
  const id = 'first-step';
  const drawn = residualParameters.flatMap((parameter) => {
    const groups = main.flatMap((group) => {
      const line = lineOf(group.summary, parameter);
      return line === null ? [] : [{ ...group, line }];
    });
    return groups.length === 0 ? [] : [{ parameter, groups, title: titleOf(groups, parameter) }];
  });
  const [first, ...others] = drawn;
  if (first === undefined) {
    return {
      id,
      title: 'First correction against what was needed',
      undrawable:
        'It takes 20 trajectories from five starts on both sides of focus (semfocus run figure-2e has them).',
    };
  }
  const counts = first.groups.map(({ records }) => records.length);
  return {
    id,
    title: first.title,
    caption: `Each marker is the first correction of one trajectory (n = ${[...new Set(counts)].join(' or ')}), over the one that would have brought it into focus. On the dotted line a correction is right; a slope below 1 is too cautious, an offset is a bias. Intervals: 95 %, bootstrap over trajectories.${missingText(drawn.map(({ parameter }) => parameter))}`,
    views: [viewOf(first), ...others.map(viewOf)],
    table: {
      head: ['parameter', 'algorithm', 'condition', 'n', 'slope', '95 %', 'offset', '95 %'],
      rows: drawn.flatMap(({ parameter, groups }) =>
        groups.map(({ look, summary, line, records }) => [
          parameter.name,
          look.label,
          conditionText(summary.condition),
          records.length,
          formatNumber(line.slope),
          rangeText(line.slopeInterval95),
          `${formatNumber(line.offset)} ${parameter.unit}`,
          rangeText(line.offsetInterval95),
        ]),
      ),
    },
  };
}

interface Line {
  readonly slope: number;
  readonly slopeInterval95: Interval;
  /** In the unit of the parameter. */
  readonly offset: number;
  readonly offsetInterval95: Interval;
}

type Fitted = FigureGroup & { readonly line: Line };

interface Drawn {
  readonly parameter: Parameter;
  readonly groups: readonly Fitted[];
  readonly title: string;
}

function lineOf(summary: SummaryGroup, { parameter }: Parameter): Line | null {
  if (parameter === 'workingDistanceUm') {
    const { firstCorrection: line } = summary;
    return line && { ...line, offset: line.offsetUm, offsetInterval95: line.offsetUmInterval95 };
  }
  const line =
    parameter === 'stigmatorX'
      ? summary.firstCorrectionStigmatorX
      : summary.firstCorrectionStigmatorY;
  return (
    line && {
      ...line,
      offset: line.offsetStigUnit,
      offsetInterval95: line.offsetStigUnitInterval95,
    }
  );
}

function viewOf({ parameter, groups, title }: Drawn): FigureView {
  const name =
    parameter.parameter === 'workingDistanceUm'
      ? 'first-step'
      : `first-step-${parameter.name.replace(' ', '-')}`;
  const chartOf = (members: readonly Fitted[], chartName: string) => ({
    name: chartName,
    title,
    legend: [
      { label: 'perfect correction', colour: 'margin' as const, dash: 'dot' as const },
      { label: 'line of least squares', colour: 'ink' as const, dash: 'solid' as const },
    ],
    columns: Math.min(4, members.length),
    panelHeight: 240,
    panels: members.map((member) => panelOf(member, parameter)),
  });
  const further = groups.slice(panelsShown);
  return {
    label: parameter.name,
    chart: chartOf(groups.slice(0, panelsShown), name),
    ...(further.length > 0 && {
      more: {
        label: `${further.length} further panels`,
        chart: chartOf(further, `${name}-further`),
      },
    }),
  };
}

function panelOf({ records, look, line, summary }: Fitted, { parameter, unit }: Parameter): Panel {
  const needed = records.map((record) => -rowAt(record, 0).residual[parameter]);
  const made = records.map((record, i) => rowAt(record, 1).residual[parameter] + (needed[i] ?? 0));
  const widest = 1.1 * Math.max(...needed.map(Math.abs));
  const range = [-widest, widest] as const;
  const top = Math.min(2.5 * widest, Math.max(widest, 1.05 * Math.max(...made.map(Math.abs))));
  const colour = `s${look.colour}` as const;
  const at = (x: number) => line.slope * x + line.offset;
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
      `offset ${formatNumber(line.offset)} ${unit} [${rangeText(line.offsetInterval95)}]`,
    ),
  ];
  return {
    heading: `${look.label}, ${conditionText(summary.condition)}`,
    x: { title: `needed (${unit})`, scale: 'linear', range },
    y: { title: `made (${unit})`, scale: 'linear', range: [-top, top] },
    marks,
  };
}

function text(x: number, y: number, content: string): Mark {
  return { kind: 'text', x, y, text: content, anchor: 'start', colour: 'ink' };
}

function conditionText({ preset, specimen, dwellTimeNs }: Fitted['summary']['condition']): string {
  return `${preset}, ${specimen}, ${dwellTimeNs} ns`;
}

function rangeText({ low, high }: Interval): string {
  return `${formatNumber(low)}, ${formatNumber(high)}`;
}

/** Why a parameter has no view. */
function missingText(drawn: readonly Parameter[]): string {
  const missing = residualParameters.filter((parameter) => !drawn.includes(parameter));
  if (missing.length === 0) return '';
  return ` Not drawn: ${missing.map(({ name }) => name).join(', ')}, which did not start in five places on both sides.`;
}

/** Whose slope is nearest to 1, whose farthest. */
function titleOf(groups: readonly Fitted[], { name, unit }: Parameter): string {
  const ranked = groups.toSorted((p, q) => Math.abs(p.line.slope - 1) - Math.abs(q.line.slope - 1));
  const [best] = ranked;
  const worst = ranked.at(-1);
  const part = ({ look, line }: Fitted) =>
    `${look.label} makes ${formatNumber(100 * line.slope)} % of the correction of ${name} that is needed`;
  if (best === undefined) return '';
  return worst === undefined || worst === best
    ? `One step: ${part(best)}, offset ${formatNumber(best.line.offset)} ${unit}`
    : `One step: ${part(best)}, ${part(worst).replace(` of the correction of ${name} that is needed`, '')}`;
}
