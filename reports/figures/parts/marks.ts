import { wilsonInterval } from '../../../harness/statistics/index.ts';
import type { ChartDash, ChartSymbol, Colour, Mark, Series } from '../../chart/index.ts';

/** How a course is drawn. */
interface CourseLook {
  readonly colour: Colour;
  readonly symbol: ChartSymbol;
  readonly dash: ChartDash;
}

/** The look of an algorithm, for its marks. */
export function lookOf({ colour, symbol, dash }: Series): CourseLook {
  return { colour: `s${colour}`, symbol, dash };
}

/** Marks of an algorithm, by which a page can hide them. */
export function marksFor({ index }: Pick<Series, 'index'>, marks: readonly Mark[]): Mark[] {
  return marks.map((mark) => ({ ...mark, series: [index] }));
}

/** @param mostMarkers - Of a longer course every k-th point alone has a marker. */
export function courseMarks(
  { colour, symbol, dash }: CourseLook,
  x: readonly number[],
  y: readonly number[],
  mostMarkers = x.length,
): Mark[] {
  const every = Math.max(1, Math.ceil(x.length / mostMarkers));
  const isMarked = (_: number, i: number) => i % every === 0;
  return [
    { kind: 'line', x, y, colour, dash },
    { kind: 'points', x: x.filter(isMarked), y: y.filter(isMarked), colour, symbol },
  ];
}

/** The 95 % intervals of shares, in percent. */
export function shareIntervals(
  along: 'x' | 'y',
  at: readonly number[],
  counts: readonly { readonly good: number; readonly n: number }[],
  look: { readonly colour: Colour; readonly width: number; readonly opacity: number },
): Mark {
  const intervals = counts.map(({ good, n }) => wilsonInterval(good, n));
  const [low, high] = (['low', 'high'] as const).map((end) =>
    intervals.map((interval) => 100 * interval[end]),
  );
  return { kind: 'intervals', along, at, low: low ?? [], high: high ?? [], ...look };
}
