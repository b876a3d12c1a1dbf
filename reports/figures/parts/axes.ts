import type { Axis, Belonging, Panel, Tick } from '../../chart/index.ts';

/** A tick at each value that says it. */
export function plainTicks(values: readonly number[]): readonly Tick[] {
  return values.map((at) => ({ at, label: String(at) }));
}

/** A share in percent. */
export function percentAxis(title: string, range: Axis['range'] = [0, 104]): Axis {
  return { title, scale: 'linear', range, ticks: plainTicks([0, 25, 50, 75, 100]) };
}

/** Categories at whole numbers, downwards from the first unless `range` says otherwise. */
export function categoryAxis(
  labels: readonly (string | (Belonging & { readonly label: string }))[],
  { title = '', range = [labels.length - 0.5, -0.5] }: Partial<Pick<Axis, 'title' | 'range'>> = {},
): Axis {
  return {
    title,
    scale: 'linear',
    range,
    ticks: labels.map((label, at) =>
      typeof label === 'string' ? { at, label } : { ...label, at },
    ),
    hasGrid: false,
  };
}

/** The panels with one y axis that has room for each. */
export function withCommonY(panels: readonly Panel[]): readonly Panel[] {
  const ends = panels.flatMap(({ y }) => y.range);
  const range = [Math.min(...ends), Math.max(...ends)] as const;
  return panels.map((panel) => ({ ...panel, y: { ...panel.y, range } }));
}
