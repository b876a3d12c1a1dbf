/**
 * A number with its sign, of which a number that is written as 0 has none.
 *
 * @param write - Writes its size.
 * @example
 * signed(-0.5, (size) => size.toFixed(2)); // '−0.50'
 */
export function signed(value: number, write: (size: number) => string): string {
  const size = write(Math.abs(value));
  return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
}
