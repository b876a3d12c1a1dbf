import { type Estimate, estimateText } from './Estimate.ts';
import { markdownTable } from './markdownTable.ts';

/** A measurement on real frames, and the rule to compare a rendered value with it. */
export interface RealLevel {
  /**
   * `interval`: a level with an error: the rendered mean, with two standard errors, must reach into it.
   * `place`: one place, no error known: it must lie within two standard deviations of the rendered
   * places. `bound`: nothing was detected: the rendered mean must not exceed `high`.
   */
  readonly kind: 'interval' | 'place' | 'bound';
  readonly low: number;
  readonly high: number;
  /** As it stands in the table of levels, with its error. */
  readonly text: string;
}

/** One property, measured on real frames and again on rendered ones. */
export interface Row {
  readonly property: string;
  readonly unit: string;
  readonly real: RealLevel;
  readonly merlinReal: Estimate;
  readonly merlin: Estimate;
  /** How it was measured, in a few words. */
  readonly note: string;
}

const between = (kind: 'interval' | 'place') => (low: number, high: number, text?: string) =>
  ({ kind, low, high, text: text ?? `${low}–${high}` }) satisfies RealLevel;
export const interval = between('interval');
export const place = between('place');
export const bound = (high: number, text = `≤ ${high}`): RealLevel => ({
  ...{ kind: 'bound', low: Number.NEGATIVE_INFINITY, high, text },
});

/**
 * Makes rows of the measurements in both presets.
 *
 * @param estimate - One quantity of all that was measured in a preset.
 */
export const rowMaker =
  <Measured, Quantity>(
    merlinReal: Measured,
    merlin: Measured,
    estimate: (measured: Measured, quantity: Quantity) => Estimate,
  ) =>
  (property: string, unit: string, real: RealLevel, quantity: Quantity, note: string): Row => ({
    ...{ property, unit, real, note },
    merlinReal: estimate(merlinReal, quantity),
    merlin: estimate(merlin, quantity),
  });

/** True where `merlin-real` agrees with the real frames, by the rule of its kind. */
export function isInside({ real, merlinReal }: Row): boolean {
  const { centre, error, spread = error } = merlinReal;
  if (real.kind === 'bound') return centre <= real.high;
  const reach = 2 * (real.kind === 'interval' ? error : spread);
  return centre + reach >= real.low && centre - reach <= real.high;
}

/** A table in Markdown, one line per row. */
export function rowTable(rows: readonly Row[]): string {
  return markdownTable(
    ['property', 'unit', 'real', '`merlin-real`', '`merlin`', 'n', 'inside?', 'how'],
    rows.map((row) => [
      row.property,
      row.unit,
      `${row.real.text} [${row.real.kind === 'bound' ? 'bound' : 'measured'}]`,
      estimateText(row.merlinReal),
      estimateText(row.merlin),
      String(row.merlinReal.count),
      isInside(row) ? 'yes' : '**no**',
      row.note,
    ]),
  );
}
