/** A line over iterations or dose: a mean with a band, or anything else with one y per x. */
export interface FigureLine {
  /** Index into the series of the report. */
  readonly series: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Ends of the band; empty for a line without one. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Of each point, for hovering. */
  readonly text: readonly string[];
  /** Written above the first point, where the colour alone does not say which line it is. */
  readonly startLabel: string;
}

/** One quantity: a panel in every column of a figure. */
export interface FigureRow {
  readonly yTitle: string;
  readonly margin: number;
  /** How the margin is called beside the panel, in lines. */
  readonly marginLabel: readonly string[];
  /** Upper end of the linear axis (and minus the lower one of a signed quantity). */
  readonly cap: number;
  /** Ends of the logarithmic axis. */
  readonly logRange: readonly [number, number];
}

/** One condition or setting: the same rows as the other columns. */
export interface FigureColumn {
  readonly label: string;
  /** Lines of each row. */
  readonly lines: readonly (readonly FigureLine[])[];
}

/** A grid of panels, one row per quantity and one column per condition. */
export interface PanelFigure {
  readonly kind: 'panels';
  readonly name: string;
  readonly xTitle: string;
  readonly xIsLog: boolean;
  readonly rows: readonly FigureRow[];
  readonly columns: readonly FigureColumn[];
}

/** All trajectories as thin lines; their points are in the report's trajectory table. */
export interface TrajectoryFigure {
  readonly kind: 'trajectories';
  readonly name: string;
  readonly xTitle: string;
  readonly rows: readonly FigureRow[];
  readonly columns: readonly {
    readonly label: string;
    readonly groups: readonly { readonly group: number; readonly drawn: readonly number[] }[];
  }[];
}

/** Computing time per iteration as boxes, with the microscope's time beside it. */
export interface TimeFigure {
  readonly kind: 'time';
  readonly name: string;
  readonly rows: readonly {
    readonly series: number;
    readonly label: string;
    readonly count: number;
    /** 5, 25, 50, 75 and 95 % points of the computing time, in ms. */
    readonly computeMs: readonly [number, number, number, number, number];
    /** Median of the microscope's time, in ms. */
    readonly microscopeMs: number;
  }[];
}

/** Fractions of outcomes as stacked bars. */
export interface OutcomeFigure {
  readonly kind: 'outcomes';
  readonly name: string;
  readonly outcomes: readonly string[];
  readonly rows: readonly {
    readonly label: string;
    readonly column: string;
    readonly total: number;
    readonly counts: readonly number[];
  }[];
}

export type FigureData = PanelFigure | TrajectoryFigure | TimeFigure | OutcomeFigure;

/** A figure, or the reason why there is none. */
export type MaybeFigure = FigureData | { readonly undrawable: string };
