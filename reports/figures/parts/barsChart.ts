import type { Axis, Belonging, Chart, Colour, LegendEntry, Mark } from '../../chart/index.ts';
import { categoryAxis } from './axes.ts';

/** Rows of one drawing. */
export const rowsShown = 24;

/** How a part of a bar looks. */
export type PartLook = NonNullable<LegendEntry['area']> & { readonly colour: Colour };

/** A bar and its name. */
export interface Bar<Part extends string> extends Belonging {
  readonly label: string;
  /** How long each part is, on the axis of the chart. */
  readonly parts: readonly {
    readonly part: Part;
    readonly length: number;
    readonly text?: string;
  }[];
}

/** Bars below each other, each made of parts. */
export function barsChart<Part extends string>(
  bars: readonly Bar<Part>[],
  about: Pick<Chart, 'name' | 'title'> & { readonly x: Axis; readonly halfHeight: number },
  looks: Readonly<Record<Part, PartLook>>,
  shown: readonly Part[],
): Chart {
  const { x: axis, halfHeight, ...named } = about;
  return {
    ...named,
    legend: shown.map((label) => {
      const { colour, ...area }: PartLook = looks[label];
      return { label, colour, area };
    }),
    columns: 1,
    panelHeight: 26 * bars.length + 8,
    panels: [
      {
        x: axis,
        y: categoryAxis(bars.map(({ parts: _, ...named }) => named)),
        isDimmed: true,
        marks: bars.flatMap(({ parts, label: _, ...belonging }, i): Mark[] => {
          let from = 0;
          return parts.map(({ part, length, ...text }) => {
            const x = [from, from + length] as const;
            from = x[1];
            return {
              kind: 'rect',
              x,
              y: [i - halfHeight, i + halfHeight],
              ...text,
              ...looks[part],
              ...belonging,
            };
          });
        }),
      },
    ],
  };
}
