import type { ValidatedReading, Validation } from '../../harness/validation/index.ts';
import type { Mark, Panel } from '../chart/index.ts';
import type { MaybeFigure } from '../figures/index.ts';
import { pairName } from './validationRows.ts';

/** Panels on the page; further pairs are in the table. */
const panelsShown = 6;

/** Real readings over the simulated distribution, a panel for each pair. */
export function validationFigure(validation: Validation): MaybeFigure {
  const { pairs, readings, scale, seeds, states } = validation;
  const id = 'readings';
  const drawn = pairs.flatMap((pair, index) => {
    const shown = readings.filter(
      (reading) =>
        reading.pair === index && ('zUm' in reading.real || reading.simulated.workingDistanceUm),
    );
    return shown.length === 0 ? [] : [{ pair, shown }];
  });
  const title = 'What the methods read on real and on simulated frames';
  if (drawn.length === 0) return { id, title, undrawable: 'Every method declined every pair.' };
  const knobs =
    states.workingDistance === 'stated' ? 'what the settings ask for' : 'inferred state';
  const panels = drawn.slice(0, panelsShown).map(
    ({ pair, shown }): Panel =>
      panelOf(shown, -pair.state.zUm, scale ?? 1, {
        heading: drawn.length === 1 ? '' : pairName(pair, validation),
      }),
  );
  const left = drawn.length - panels.length;
  return {
    id,
    title,
    caption: `Dots: ${seeds.count} simulated readings, times s = ${(scale ?? 1).toFixed(3)}. Bars: where a real reading is inside, |z| below 2. Diamonds: the real reading, red outside. Dotted: ${knobs}.${left === 0 ? '' : ` ${left} further pairs are in the table.`}`,
    views: [
      {
        label: 'working distance',
        chart: {
          name: id,
          title,
          legend: [
            { label: 'real, inside', colour: 's2', symbol: 'diamond' },
            { label: 'real, outside', colour: 'bad', symbol: 'diamond' },
            { label: 'simulated', colour: 's0', symbol: 'circle' },
            { label: knobs, colour: 'margin', dash: 'dot' },
          ],
          columns: Math.min(2, panels.length),
          panelHeight: 60 + 26 * Math.max(...drawn.map(({ shown }) => shown.length)),
          panels,
        },
      },
    ],
  };
}

function panelOf(
  shown: readonly ValidatedReading[],
  wantedUm: number,
  scale: number,
  { heading }: { readonly heading: string },
): Panel {
  const values = [wantedUm];
  const marks: Mark[] = [{ kind: 'rule', axis: 'x', at: wantedUm, colour: 'margin', dash: 'dot' }];
  shown.forEach(({ real, simulated, isInside }, row) => {
    const { inside, answers } = simulated;
    const read = answers.flatMap((answer) => ('zUm' in answer ? [scale * answer.zUm] : []));
    values.push(...read);
    if (inside !== null) {
      const range = [inside.lowUm, inside.highUm] as const;
      values.push(...range);
      const across = [row - 0.22, row + 0.22] as const;
      marks.push({ kind: 'rect', x: range, y: across, colour: 's0', opacity: 0.25 });
    }
    const points = {
      kind: 'points',
      symbol: 'circle',
      colour: 's0',
      size: 0.5,
      opacity: 0.7,
    } as const;
    marks.push({ ...points, x: read, y: read.map(() => row) });
    if ('zUm' in real) {
      values.push(real.zUm);
      const colour = isInside === false ? 'bad' : 's2';
      marks.push({ kind: 'points', x: [real.zUm], y: [row], colour, symbol: 'diamond', size: 1.3 });
    }
  });
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (most - least) + 0.05;
  return {
    heading,
    x: {
      title: 'correction (µm)',
      scale: 'linear',
      range: [least - room, most + room],
    },
    y: {
      title: '',
      scale: 'linear',
      range: [shown.length - 0.5, -0.5],
      ticks: shown.map(({ algorithm }, at) => ({ at, label: algorithm })),
      hasGrid: false,
    },
    marks,
  };
}
