/** As much of the plotting library as the script of the report uses. */
interface Plotly {
  react(canvas: HTMLElement, traces: PlotlyTrace[], layout: PlotlyLayout, config: object): void;
  downloadImage(
    figure: { readonly data: PlotlyTrace[]; readonly layout: PlotlyLayout },
    file: {
      readonly format: string;
      readonly filename: string;
      readonly width: number;
      readonly height: number;
      readonly scale: number;
    },
  ): Promise<string>;
}

export interface PlotlyTrace {
  readonly legendgroup: string;
  showlegend?: boolean;
  readonly [name: string]: unknown;
}

export interface PlotlyLayout {
  readonly height: number;
  readonly margin: {
    readonly l: number;
    readonly r: number;
    readonly t: number;
    readonly b: number;
  };
  readonly legend: object;
  readonly shapes: object[];
  readonly annotations: object[];
  /** An axis, among others. */
  [name: string]: unknown;
}

declare global {
  interface Window {
    /** Once its script has run. */
    Plotly?: Plotly;
  }
}
