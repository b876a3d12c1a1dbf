import type { Interval } from '../../harness/statistics/index.ts';
import type { Mark, Panel } from '../chart/index.ts';
import { type FittedLine, rowAt, type SummaryGroup } from '../summary/index.ts';
import { conditionNames, formatNumber, residualParameters } from '../words/index.ts';
import { type FigureView, foldedView, type MaybeFigure } from './Figure.ts';
import type { FigureGroup, FigureInput } from './FigureInput.ts';

type Parameter = (typeof residualParameters)[number];

const panelsShown = 8;

/** First corrections over the ideal ones, with the fitted lines, of each parameter. */
export function firstStepFigure({ acting, series }: FigureInput): MaybeFigure {
  const id = 'first-step';
  const names = conditionNames(acting.map(({ summary }) => summary.condition));
  const conditions = new Set(acting.map(({ summary }) => names.nameOf(summary.condition)));
  const isOneAlgorithm = series.length === 1;
  const drawn = residualParameters.flatMap((parameter) => {
    const groups = acting.flatMap((group) => {
      const line = lineOf(group.summary, parameter);
      const condition = names.nameOf(group.summary.condition);
      const parts = [
        ...(isOneAlgorithm && conditions.size > 1 ? [] : [group.look.label]),
        ...(conditions.size > 1 ? [condition] : []),
      ];
      return line === null ? [] : [{ ...group, line, name: parts.join(', ') }];
    });
    return groups.length === 0 ? [] : [{ parameter, groups, title: titleOf(groups, parameter) }];
  });
  const [first, ...others] = drawn;
  if (first === undefined) {
    return {
      id,
      title: 'First correction against the ideal one',
      undrawable:
        'It takes 20 trajectories from five starts on both sides of focus (semfocus run figure-2e has them).',
    };
  }
  const counts = first.groups.map(({ records }) => records.length);
  return {
    id,
    title: first.title,
    caption: `Each marker is the first correction of one trajectory (n = ${[...new Set(counts)].join(' or ')}), over the ideal correction. On the dotted line a correction is right. A slope below 1 is too cautious. An offset is a bias. Intervals: 95 %, bootstrap over trajectories.${missingText(drawn.map(({ parameter }) => parameter))}`,
    views: [viewOf(first), ...others.map(viewOf)],
    table: {
      head: ['parameter', 'algorithm', 'condition', 'n', 'slope', '95 %', 'offset', '95 %'],
      rows: drawn.flatMap(({ parameter, groups }) =>
        groups.map(({ look, summary, line, records, belonging }) => ({
          ...belonging,
          cells: [
            parameter.name,
            look.label,
            conditionText(summary.condition),
            records.length,
            plain(line.slope),
            rangeText(line.slopeInterval95),
            `${plain(line.offset)} ${parameter.unit}`,
            rangeText(line.offsetInterval95),
          ],
        })),
      ),
    },
  };
}

/** A group with its line, and what tells it from the others. */
type Fitted = FigureGroup & { readonly line: FittedLine; readonly name: string };

interface Drawn {
  readonly parameter: Parameter;
  readonly groups: readonly Fitted[];
  readonly title: string;
}

function lineOf(summary: SummaryGroup, { parameter }: Parameter): FittedLine | null {
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
  return foldedView(
    {
      label: parameter.name,
      chart: chartOf(groups.slice(0, panelsShown), name),
      further: groups.slice(panelsShown),
      what: 'panels',
    },
    (further) => chartOf(further, `${name}-further`),
  );
}

function panelOf(
  { records, look, line, name, belonging }: Fitted,
  { parameter, unit }: Parameter,
): Panel {
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
      `slope ${plain(line.slope)} [${rangeText(line.slopeInterval95)}]`,
    ),
    text(
      -0.95 * widest,
      0.74 * top,
      `offset ${plain(line.offset)} ${unit} [${rangeText(line.offsetInterval95)}]`,
    ),
  ];
  return {
    ...belonging,
    heading: name,
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
  return `${plain(low)}, ${plain(high)}`;
}

/** With a true minus. */
function plain(value: number): string {
  return formatNumber(value).replace('-', '−');
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
  if (best === undefined) return '';
  const percent = ({ line }: Fitted) => `${plain(100 * line.slope)} %`;
  const start = `One step corrects ${name} by ${percent(best)} of the ideal correction (${best.name})`;
  return worst === undefined || worst === best
    ? `${start}, offset ${plain(best.line.offset)} ${unit}`
    : `${start} at best, by ${percent(worst)} (${worst.name}) at worst`;
}
