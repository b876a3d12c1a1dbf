import { formatNumber } from './formatNumber.ts';

/**
 * A length along the optical axis for a sentence: in nm where it is less than a tenth of a um.
 *
 * @example
 * lengthText(0.00493); // '4.9 nm'
 */
export function lengthText(um: number): string {
  return Math.abs(um) < 0.1 ? `${Number((1000 * um).toPrecision(2))} nm` : `${formatNumber(um)} µm`;
}
