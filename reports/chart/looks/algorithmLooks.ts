import type { SummaryGroup } from '../../summary/index.ts';
import { printable, seriesLabel } from '../../words/index.ts';
import type { ChartDash, ChartSymbol } from '../Chart.ts';

/** How one algorithm looks in every figure of a report, and on every live page. */
export interface SeriesLook {
  /** Index into the palette of the style sheet, 0 to 6. */
  readonly colour: number;
  readonly symbol: ChartSymbol;
  readonly dash: ChartDash;
}

/** An algorithm and how it looks. */
export interface Series extends SeriesLook {
  readonly label: string;
  /** Its place among the algorithms of the report. */
  readonly index: number;
}

const colours = 7;
const symbols: readonly ChartSymbol[] = [
  'circle',
  'square',
  'diamond',
  'triangle-up',
  'cross',
  'x',
];
const dashes: readonly ChartDash[] = ['solid', 'dash', 'dot', 'dashdot', 'longdash', 'longdashdot'];

/**
 * Algorithms that come along, each with the same look in every report and on every page. The first
 * ones are those that most reports hold: their colours differ.
 */
const known = [
  'deepfocus-spectral-384',
  'deepscore-512',
  'mapfost',
  'sharpness-simplex',
  'spectral',
  'deepfocus-score-384',
  'deepfocus-512',
  'mapfost-published',
  'deepfocus-384',
  'deepfocus-256',
  'deepfocus-128',
  'sharpness-sweep',
  'heuristic',
  'afss',
  'deepfocus-pixel-384',
];

/** One look per algorithm (and variant), in alphabetical order. */
export function seriesOf({
  groups,
}: {
  readonly groups: readonly Pick<SummaryGroup, 'algorithm' | 'variant'>[];
}): readonly Series[] {
  const labels = [...new Set(groups.map(seriesLabel))].sort();
  const indices = seriesIndices(labels);
  return labels.map((label, index) => ({ label, index, ...seriesLook(indices.get(label) ?? 0) }));
}

/** The indices of those of an algorithm: of its variants as well. */
export function seriesNamed(series: readonly Series[], algorithm: string): readonly number[] {
  const name = printable(algorithm);
  return series
    .filter(({ label }) => label === name || label.startsWith(`${name} (`))
    .map(({ index }) => index);
}

/**
 * Which look each of some algorithms has: those that come along their own, others, in alphabetical
 * order, the first that is not taken.
 */
export function seriesIndices(labels: readonly string[]): ReadonlyMap<string, number> {
  const indices = new Map<string, number>();
  for (const label of labels) {
    const index = known.indexOf(label);
    if (index >= 0) indices.set(label, index);
  }
  const taken = new Set(indices.values());
  let free = 0;
  for (const label of labels.toSorted()) {
    if (indices.has(label)) continue;
    while (taken.has(free)) free++;
    indices.set(label, free++);
  }
  return indices;
}

/**
 * Colour and marker cycle with lengths that share no factor, so that 42 algorithms look different.
 *
 * @param index - As `seriesIndices` has it.
 */
export function seriesLook(index: number): SeriesLook {
  return {
    colour: index % colours,
    symbol: symbols[index % symbols.length] ?? 'circle',
    dash: dashes[index % dashes.length] ?? 'solid',
  };
}
