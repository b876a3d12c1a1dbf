/**
 * A number for reading: three significant digits, plain notation, no trailing zeros.
 *
 * @param value - Any finite number; `null` prints as a dash (not known, or not reached).
 * @example
 * formatNumber(18.604); // '18.6'
 */
export function formatNumber(value: number | null): string {
  if (value === null) return '–';
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.min(6, Math.max(0, 2 - magnitude));
  return String(Number(value.toFixed(decimals)));
}

/**
 * Mean and standard deviation with the same number of decimals, which follows the mean.
 *
 * @param sd - `null` for a single value: only the mean is printed.
 * @param leastDecimals - Decimals for the smallest numbers; 2 is 10 nm of working distance.
 * @example
 * formatMeanSd(10.06, 1.46); // '10.1±1.5'
 */
export function formatMeanSd(mean: number, sd: number | null, leastDecimals = 2): string {
  const decimals = mean >= 100 ? 0 : mean >= 10 ? 1 : mean >= 0.1 ? 2 : leastDecimals;
  return sd === null ? mean.toFixed(decimals) : `${mean.toFixed(decimals)}±${sd.toFixed(decimals)}`;
}
