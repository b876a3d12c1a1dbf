import type { ChartDash, ChartSymbol } from '../chart/index.ts';
import type { Summary } from '../Summary.ts';
import { seriesLabel } from '../seriesLabel.ts';

/** How one algorithm looks in every figure of a report. */
export interface Series {
  readonly label: string;
  /** Index into the palette of the style sheet, 0 to 6. */
  readonly colour: number;
  readonly symbol: ChartSymbol;
  readonly dash: ChartDash;
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
  return labels.map((label, i) => ({
    label,
    colour: i % colours,
    symbol: symbols[i % symbols.length] ?? 'circle',
    dash: dashes[i % dashes.length] ?? 'solid',
  }));
}
