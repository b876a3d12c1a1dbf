import type { ChartDash, ChartSymbol } from '../chart/index.ts';
import type { Summary } from '../Summary.ts';
import { seriesLabel } from '../seriesLabel.ts';

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
 * One look per algorithm (and variant), in alphabetical order. Colour and marker cycle with
 * lengths that share no factor, so that 42 algorithms look different from each other.
 */
export function seriesOf({ groups }: Summary): readonly Series[] {
  const labels = [...new Set(groups.map(seriesLabel))].sort();
  return labels.map((label, i) => ({ label, ...seriesLook(i) }));
}

/** How many algorithms look different from each other. */
export const differentLooks = colours * symbols.length;

/** @param index - Of the algorithm among all that are shown, in alphabetical order. */
export function seriesLook(index: number): SeriesLook {
  return {
    colour: index % colours,
    symbol: symbols[index % symbols.length] ?? 'circle',
    dash: dashes[index % dashes.length] ?? 'solid',
  };
}
