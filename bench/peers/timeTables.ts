import type { Aberration } from '../../harness/microscope/index.ts';
import { type Cell, textTable } from '../../reports/index.ts';
import type { PairTimes } from './timePairs.ts';

/** Time per pair of every method with its ratio to the package. */
export function timeTable(results: readonly PairTimes[]): string {
  const methods = results[0]?.times.map(({ method }) => method) ?? [];
  const head = [
    ['probe, patch, state', ...methods.flatMap((method, i) => (i === 0 ? [method] : [method, '']))],
    ['', ...methods.flatMap((_, i) => (i === 0 ? ['ms'] : ['ms', 'x faster']))],
  ];
  const rows = results.map((result): Cell[] => [
    place(result),
    ...result.times.flatMap(({ cpuMs, timesFaster }, i) =>
      i === 0 ? [cpuMs] : [cpuMs, timesFaster],
    ),
  ]);
  return lines(textTable([...head, ...rows]));
}

/** Where SciPy and `mapfost` end from the same start on the same pair, and who ends lower. */
export function optimumTable(results: readonly PairTimes[]): string {
  const head = [
    [
      'probe, patch, state',
      'SciPy: z, a, b',
      'mapfost: z, a, b',
      'apart',
      'excess',
      'evaluations',
      'fit',
    ],
    ['', 'um', 'um', 'um', 'nats', 'of SciPy', 'ms'],
  ];
  const rows = results.map((result): Cell[] => {
    const { scipy, ours, apartUm, excessNats } = result.optimum;
    return [
      place(result),
      state(scipy.optimum),
      state(ours),
      apartUm,
      excessNats,
      `${scipy.evaluations}`,
      scipy.cpuMsFit,
    ];
  });
  return lines(textTable([...head, ...rows]));
}

function place({ psf, sidePx, state: { workingDistanceUm, stigmatorX } }: PairTimes): string {
  return `${psf}, ${sidePx} px, ${workingDistanceUm} um and ${stigmatorX} % off`;
}

const state = ({ zUm, aUm, bUm }: Aberration) =>
  [zUm, aUm, bUm].map((value) => value.toFixed(3)).join(', ');

const lines = (rows: readonly string[]) => `${rows.map((row) => `  ${row}`).join('\n')}\n`;
