import { mean, sampleSd } from '../../harness/statistics/index.ts';

/** What rendered frames gave for one property. */
export interface Estimate {
  readonly centre: number;
  /** Standard error of `centre`. */
  readonly error: number;
  /** Standard deviation of a single place or frame; absent where `centre` is one itself. */
  readonly spread?: number;
  /** Places, pairs or frames that went into it. */
  readonly count: number;
}

/** @param values - One per place, pair or frame; at least two. */
export function meanOf(values: readonly number[]): Estimate {
  const spread = sampleSd(values);
  const count = values.length;
  return { centre: mean(values), error: spread / Math.sqrt(count), spread, count };
}

/**
 * How far values of mean zero lie from it. The error is that of a normal distribution.
 *
 * @param share - What one draw contributes to a value: the difference of two frames holds
 *   sqrt(2) times the deviation of one.
 */
export function deviationOf(values: readonly number[], share = 1): Estimate {
  const squares = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  const centre = Math.sqrt(squares) / share;
  return { centre, error: centre / Math.sqrt(2 * values.length), count: values.length };
}

/** `centre ± error`, then the spread in brackets, with two digits of the error. */
export function estimateText({ centre, error, spread }: Estimate): string {
  const size = error > 0 ? error : Math.abs(centre);
  const decimals = size > 0 ? Math.max(0, Math.min(5, 1 - Math.floor(Math.log10(size)))) : 0;
  const text = (value: number) => value.toFixed(decimals).replace('-', '−');
  const brackets = spread === undefined ? '' : ` (${text(spread)})`;
  return `${text(centre)} ± ${text(error)}${brackets}`;
}
