/**
 * Names of colours; a theme says what they are. `s0` to `s6` belong to algorithms, `o0` to `o4` to
 * outcomes, `heat` is the full end of a heat map, `bad` marks what is to be looked at.
 */
export type Colour =
  | 'ink'
  | 'muted'
  | 'line'
  | 'grid'
  | 'page'
  | 'margin'
  | 'heat'
  | 'bad'
  | `s${number}`
  | `o${number}`;

/** Shapes of markers; `x` is open strokes, the others are filled. */
export type ChartSymbol = 'circle' | 'square' | 'diamond' | 'triangle-up' | 'cross' | 'x';
export type ChartDash = 'solid' | 'dash' | 'dot' | 'dashdot' | 'longdash' | 'longdashdot';

/**
 * To which algorithms and conditions of a report something belongs, by their indices there, so that a page can hide
 * it. What belongs to several is shown with any of them; left out: it belongs to all.
 */
export interface Belonging {
  readonly series?: readonly number[];
  readonly conditions?: readonly number[];
}

/** Where a label stands on an axis, in the axis' own values. */
export interface Tick extends Belonging {
  readonly at: number;
  readonly label: string;
}

/** One axis of a panel. Categories are a linear axis with a tick at each whole number. */
export interface Axis {
  /** With the unit in brackets; empty for categories that speak for themselves. */
  readonly title: string;
  readonly scale: 'linear' | 'log';
  /** Left or lower end, right or upper end; both above 0 on a logarithmic axis. May descend. */
  readonly range: readonly [number, number];
  /** In place of round numbers. */
  readonly ticks?: readonly Tick[];
  /** Ticks at whole numbers alone, as of a count. */
  readonly isWhole?: boolean;
  /** False where grid lines mean nothing, as between categories. */
  readonly hasGrid?: boolean;
}

type Values = readonly number[];

/**
 * Something drawn in a panel, in values of its axes. Lines and bands are cut at the edge of the panel;
 * markers outside are left out. Later marks cover earlier ones.
 */
export type Mark = Belonging & Drawn;

type Drawn =
  | {
      readonly kind: 'line';
      readonly x: Values;
      /** NaN breaks the line. */
      readonly y: Values;
      readonly colour: Colour;
      readonly dash?: ChartDash;
      /** Relative to the theme's; 1 where left out. */
      readonly width?: number;
      readonly opacity?: number;
      /** Level from each point to the next, then up or down. */
      readonly isStepped?: boolean;
    }
  | {
      readonly kind: 'band';
      readonly x: Values;
      readonly low: Values;
      readonly high: Values;
      readonly colour: Colour;
      readonly opacity?: number;
    }
  | {
      readonly kind: 'points';
      readonly x: Values;
      readonly y: Values;
      readonly colour: Colour;
      readonly symbol: ChartSymbol;
      /** Relative to the theme's; 1 where left out. */
      readonly size?: number;
      readonly opacity?: number;
    }
  | {
      readonly kind: 'intervals';
      /** The axis along which an interval reaches. */
      readonly along: 'x' | 'y';
      /** On the other axis. */
      readonly at: Values;
      readonly low: Values;
      readonly high: Values;
      readonly colour: Colour;
      readonly width?: number;
      readonly opacity?: number;
    }
  | {
      readonly kind: 'rect';
      readonly x: readonly [number, number];
      readonly y: readonly [number, number];
      readonly colour: Colour;
      readonly opacity?: number;
      /** Drawn as slanted lines, for what colour alone must not tell apart. */
      readonly hatch?: 'rising' | 'falling' | 'crossed';
      /** In the middle, where it fits. */
      readonly text?: string;
    }
  | {
      readonly kind: 'rule';
      /** The axis on which `at` lies: a rule of `y` is level. */
      readonly axis: 'x' | 'y';
      readonly at: number;
      readonly colour?: Colour;
      readonly dash?: ChartDash;
      readonly label?: string;
    }
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly colour?: Colour;
      /** Which part of the text stands at `x`. */
      readonly anchor?: 'start' | 'middle' | 'end';
    };

/** One pair of axes. */
export interface Panel extends Belonging {
  /** Above the panel; empty for none. */
  readonly heading?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly marks: readonly Mark[];
  /** Its marks have places of their own on an axis: what a page hides of them is dimmed, so that no gap puzzles. */
  readonly isDimmed?: boolean;
}

/** How something drawn is called. */
export interface LegendEntry extends Pick<Belonging, 'series'> {
  readonly label: string;
  readonly colour: Colour;
  readonly symbol?: ChartSymbol;
  readonly dash?: ChartDash;
  /** A swatch in place of line and marker. */
  readonly area?: { readonly opacity?: number; readonly hatch?: 'rising' | 'falling' | 'crossed' };
}

/** A figure as data: its content, not its place on the page. */
export interface Chart {
  /** For files and element ids: lower-case letters, digits and hyphens. */
  readonly name: string;
  /** Says the finding. */
  readonly title: string;
  readonly legend: readonly LegendEntry[];
  readonly panels: readonly Panel[];
  /** Panels side by side where there is room. */
  readonly columns: number;
  /** Height of a panel's plane; the theme's where left out. */
  readonly panelHeight?: number;
  /** All panels of a row have the y axis of the first: only that one is labelled. */
  readonly sharesY?: boolean;
}
