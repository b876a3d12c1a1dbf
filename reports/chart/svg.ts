import type { Belonging } from './Chart.ts';

/** What a page finds it by. */
export function belongingAttributes({ series, conditions }: Belonging): string {
  const attribute = (name: string, indices: readonly number[] | undefined) =>
    indices === undefined ? '' : ` data-${name}="${indices.join(' ')}"`;
  return attribute('series', series) + attribute('condition', conditions);
}

/** A length to a tenth of a px: finer than a screen, a third of the bytes. */
export function px(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(Object.is(rounded, -0) ? 0 : rounded);
}
