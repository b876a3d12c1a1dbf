/** One quantity: a panel in every column of a figure. */
export interface FigureRow {
  readonly yTitle: string;
  readonly margin: number;
  /** How the margin is called beside the panel, in lines. */
  readonly marginLabel: readonly string[];
  /** The axis reaches from minus this to this. */
  readonly cap: number;
}

/** All trajectories as thin lines; their points are in the report's trajectory table. */
export interface TrajectoryFigure {
  readonly xTitle: string;
  readonly rows: readonly FigureRow[];
  readonly columns: readonly {
    readonly label: string;
    readonly groups: readonly { readonly group: number; readonly drawn: readonly number[] }[];
  }[];
}

/** A figure, or the reason why there is none. */
export type MaybeTrajectoryFigure = TrajectoryFigure | { readonly undrawable: string };
