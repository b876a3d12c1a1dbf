import type { Figure, MaybeFigure } from '../Figure.ts';

/** A chart and the files that hold it. */
export interface DrawnChart {
  /** How the reader is told the view apart; empty where a figure has one alone. */
  readonly label: string;
  readonly files: readonly string[];
}

/** A drawn figure, or the reason why it was not drawn. */
export type PaperFigure =
  | { readonly figure: Figure; readonly charts: readonly DrawnChart[] }
  | { readonly figure: Exclude<MaybeFigure, Figure> };
