import { formatNumber } from '../../words/index.ts';

/**
 * Ends of a logarithmic axis around values: those above 0 count.
 *
 * @returns From 1 to 10 where there is none.
 */
export function logExtent(values: readonly number[], least = 0): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    if (!(value > 0) || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high === 0) return [1, 10];
  low = Math.max(low, least);
  high = Math.max(high, low);
  return [low / 1.25, Math.max(high * 1.25, low * 2)];
}

/** Largest of some values; 0 for none. */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** `3 to 9`, or the one number there is. */
export function rangeText(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(formatNumber);
  return least === most ? `${least}` : `${least} to ${most}`;
}

/** `3, 9`: each number that occurs. */
export function countsText(counts: readonly number[]): string {
  return [...new Set(counts)].sort((p, q) => p - q).join(', ');
}
