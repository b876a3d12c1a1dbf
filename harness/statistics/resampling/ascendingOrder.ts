/** Values in ascending order, and where each stood before. */
export function ascendingOrder(values: readonly number[]): {
  readonly sorted: Float64Array;
  readonly order: Uint32Array;
} {
  const order = Uint32Array.from(values.keys()).sort((p, q) => values[p]! - values[q]! || p - q);
  return { order, sorted: Float64Array.from(order, (at) => values[at]!) };
}
