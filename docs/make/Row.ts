import { type Estimate, estimateText } from './Estimate.ts';
import { markdownTable } from './markdownTable.ts';

/** What was found on real frames, and how a rendered value is compared with it. */
export type RealLevel =
  /** A level with an error: the rendered mean, with two standard errors, must reach into it. */
  | { readonly kind: 'interval'; readonly low: number; readonly high: number }
  /** One place, no error known: it must lie within two standard deviations of the rendered places. */
  | { readonly kind: 'place'; readonly low: number; readonly high: number }
  /** Nothing was detected: the rendered mean must not exceed the limit. */
  | { readonly kind: 'bound'; readonly limit: number };

/** One property, measured on real frames and again on rendered ones. */
export interface Row {
  readonly property: string;
  readonly unit: string;
  /** As it stands in the table of levels, with its error. */
  readonly realText: string;
  readonly real: RealLevel;
  readonly merlinReal: Estimate;
  /** Where it was measured there too. */
  readonly merlin?: Estimate;
  /** How it was measured, in a few words. */
  readonly note: string;
}

export const interval = (low: number, high: number): RealLevel => ({ kind: 'interval', low, high });
export const place = (low: number, high: number): RealLevel => ({ kind: 'place', low, high });
export const bound = (limit: number): RealLevel => ({ kind: 'bound', limit });

/** True where `merlin-real` agrees with what was found on real frames, by the rule of its kind. */
export function isInside({ real, merlinReal }: Row): boolean {
  const { centre, error, spread = error } = merlinReal;
  if (real.kind === 'bound') return centre <= real.limit;
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
      `${row.realText} [${row.real.kind === 'bound' ? 'bound' : 'measured'}]`,
      estimateText(row.merlinReal),
      row.merlin === undefined ? '–' : estimateText(row.merlin),
      String(row.merlinReal.count),
      isInside(row) ? 'yes' : '**no**',
      row.note,
    ]),
  );
}
