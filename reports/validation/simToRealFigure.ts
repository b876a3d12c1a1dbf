import { groupedBy } from '../../harness/statistics/index.ts';
import { agreementLimits } from '../../harness/validation/index.ts';
import { type Belonging, type Mark, type Panel, type Series, seriesNamed } from '../chart/index.ts';
import type { MaybeFigure } from '../figures/index.ts';
import type { ComparedFigure, SimToReal } from '../summary/index.ts';
import { comparedNumber, comparedText, printable, signed } from '../words/index.ts';

/** Panels that are drawn; the table has all. */
const panelsShown = 8;

/**
 * Working distances from focus after each iteration, measured ones over the simulated distribution.
 *
 * @param series - Of the report: to which of them panels and rows belong.
 */
export function simToRealFigure(
  comparison: SimToReal,
  index: number,
  series: readonly Series[],
): MaybeFigure {
  const belongingOf = ({ algorithm }: ComparedFigure): Belonging => ({
    series: seriesNamed(series, algorithm),
  });
  const { figures, measured } = comparison;
  const id = `sim-to-real-${index + 1}`;
  const title = `Working distance from focus, on ${printable(measured.preset)} and in simulation`;
  const table = {
    head: [
      'algorithm',
      'dwell',
      'of',
      'measured',
      '95 %',
      'n',
      'simulated',
      '95 %',
      'n',
      'inside is',
      'z',
      'inside',
    ],
    rows: figures.map((figure) => ({
      ...belongingOf(figure),
      cells: rowOf(figure, figures),
    })),
  };
  const groups = [
    ...groupedBy(figures, ({ algorithm, dwellTimeNs }) =>
      JSON.stringify([algorithm, dwellTimeNs]),
    ).values(),
  ];
  const drawn = groups.filter((members) =>
    members.some(({ quantity, inside }) => quantity === 'absWorkingDistanceUm' && inside !== null),
  );
  if (drawn.length === 0) {
    return {
      id,
      title,
      undrawable:
        'No algorithm has three simulated trajectories or more with the same parameters, frames and dwell time.',
    };
  }
  const shown = drawn.slice(0, panelsShown);
  const panels = shown.map((members) => ({ ...belongingOf(members[0]), ...panelOf(members) }));
  const values = panels.flatMap(({ y }) => y.range);
  const range = [Math.min(...values), Math.max(...values)] as const;
  const left = drawn.length - shown.length;
  return {
    id,
    title,
    caption:
      `Geometric means over trajectories. Line: simulated. Band: where a measured mean is inside, |z| below ${agreementLimits.z}. Diamonds with 95 % intervals: measured, red outside. ` +
      `${biasText(comparison)} Both with the standard deviation of the reference in quadrature: less could not be measured.${left === 0 ? '' : ` ${left} more are in the table.`}`,
    views: [
      {
        label: 'working distance',
        chart: {
          name: id,
          title,
          legend: [
            { label: 'measured, inside', colour: 's2', symbol: 'diamond' },
            { label: 'measured, outside', colour: 'bad', symbol: 'diamond' },
            { label: 'simulated', colour: 's0', dash: 'solid' },
          ],
          columns: Math.min(4, panels.length),
          sharesY: panels.length > 1,
          panels: panels.map((panel) => ({ ...panel, y: { ...panel.y, range } })),
        },
      },
    ],
    table,
  };
}

/** What simulated distances are measured from. */
function biasText({ referenceBiasUm, measured }: SimToReal): string {
  const method = printable(measured.reference ?? '');
  return referenceBiasUm === null
    ? `Simulated distances are from the truth: ${method} was not simulated as the reference is, and an error that it makes each time stands between the two.`
    : `Simulated distances are from where ${method} ends in simulation, ${signed(referenceBiasUm, (size) => size.toFixed(3))} µm from the truth.`;
}

function panelOf(figures: readonly [ComparedFigure, ...ComparedFigure[]]): Panel {
  const [{ algorithm, dwellTimeNs }] = figures;
  const distances = figures.flatMap(({ quantity, iteration, ...figure }) =>
    quantity === 'absWorkingDistanceUm' && iteration !== null ? [{ ...figure, iteration }] : [],
  );
  const marks: Mark[] = [];
  const predicted = distances.flatMap(({ iteration, inside, simulated }) =>
    inside === null ? [] : [{ iteration, ...inside, value: simulated.value ?? Number.NaN }],
  );
  const x = predicted.map(({ iteration }) => iteration);
  marks.push({
    kind: 'band',
    x,
    low: predicted.map(({ low }) => low),
    high: predicted.map(({ high }) => high),
    colour: 's0',
    opacity: 0.22,
  });
  marks.push({ kind: 'line', x, y: predicted.map(({ value }) => value), colour: 's0' });
  for (const { iteration, measured, isInside } of distances) {
    if (measured.value === null) continue;
    const colour = isInside === false ? 'bad' : 's2';
    const { interval95 } = measured;
    if (interval95 !== null) {
      const { low, high } = interval95;
      marks.push({
        kind: 'intervals',
        along: 'y',
        at: [iteration],
        low: [low],
        high: [high],
        colour,
      });
    }
    marks.push({
      ...{ kind: 'points', x: [iteration], y: [measured.value], colour, symbol: 'diamond' },
      size: 1.2,
    });
  }
  const all = distances.flatMap(({ inside, measured }) => [
    ...(inside === null ? [] : [inside.low, inside.high]),
    ...(measured.interval95 === null ? [] : [measured.interval95.low, measured.interval95.high]),
    ...(measured.value === null ? [] : [measured.value]),
  ]);
  const last = Math.max(...distances.map(({ iteration }) => iteration));
  return {
    heading: `${printable(algorithm)}, ${dwellTimeNs} ns`,
    x: { title: 'iteration', scale: 'linear', range: [0.5, last + 0.5], isWhole: true },
    y: {
      title: '|wd| (µm)',
      scale: 'log',
      range: [0.7 * Math.min(...all), 1.4 * Math.max(...all)],
    },
    marks,
  };
}

function rowOf(
  figure: ComparedFigure,
  all: readonly ComparedFigure[],
): readonly (string | number)[] {
  const { algorithm, dwellTimeNs, measured, simulated, inside, z, isInside } = figure;
  const number = (value: number | null) => comparedNumber(figure, value);
  const range = (interval: { readonly low: number; readonly high: number } | null) =>
    interval === null ? '–' : `${number(interval.low)} to ${number(interval.high)}`;
  const isLast = all
    .filter((other) => other.algorithm === algorithm && other.dwellTimeNs === dwellTimeNs)
    .every(({ iteration }) => (iteration ?? 0) <= (figure.iteration ?? 0));
  return [
    printable(algorithm),
    `${dwellTimeNs} ns`,
    comparedText(figure, isLast),
    number(measured.value),
    range(measured.interval95),
    measured.trajectories,
    number(simulated.value),
    range(simulated.interval95),
    simulated.trajectories,
    range(inside),
    z === null ? '–' : signed(z, (size) => size.toFixed(1)),
    isInside === null ? '–' : isInside ? 'yes' : 'no',
  ];
}
