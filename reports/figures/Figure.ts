import type { Belonging, Chart } from '../chart/index.ts';

/** The numbers of something, and to what they belong. */
interface FigureRow extends Belonging {
  readonly cells: readonly (string | number)[];
}

/** The numbers behind a figure. */
export interface FigureTable {
  readonly head: readonly string[];
  /** To what the columns belong, where that is not all the same. */
  readonly columns?: readonly Belonging[];
  readonly rows: readonly FigureRow[];
}

/** One way to look at a figure's subject. */
export interface FigureView {
  /** On the tab, where there are several. */
  readonly label: string;
  readonly chart: Chart;
  /** Further panels, for those who ask for them. */
  readonly more?: { readonly label: string; readonly chart: Chart };
}

/** A figure with all that a reader needs. */
export interface Figure {
  readonly id: string;
  /** Says the finding. */
  readonly title: string;
  /** How to read it, with n. */
  readonly caption: string;
  readonly views: readonly [FigureView, ...FigureView[]];
  readonly table?: FigureTable;
}

/** Why a figure could not be drawn. */
interface Undrawable {
  readonly id: string;
  /** Its subject. */
  readonly title: string;
  readonly undrawable: string;
}

export type MaybeFigure = Figure | Undrawable;

/**
 * A view with further panels, where there are some.
 *
 * @param what - The further ones, in the plural.
 */
export function foldedView<Item>(
  {
    label,
    chart,
    further,
    what,
  }: Pick<FigureView, 'label' | 'chart'> & {
    readonly further: readonly Item[];
    readonly what: string;
  },
  chartOf: (further: readonly Item[]) => Chart,
): FigureView {
  if (further.length === 0) return { label, chart };
  const more = { label: `${further.length} further ${what}`, chart: chartOf(further) };
  return { label, chart, more };
}
