/** Values in ascending order, and the unit to which each belongs: all values of a unit are drawn together. */
export interface AscendingOrder {
  readonly sorted: Float64Array;
  readonly unitOf: Uint32Array;
}

/** @param unitOf - Of each value; where it is left out, each is a unit of its own. */
export function ascendingOrder(
  values: readonly number[],
  unitOf?: ArrayLike<number>,
): AscendingOrder {
  const order = Uint32Array.from(values.keys()).sort((p, q) => values[p]! - values[q]! || p - q);
  return {
    sorted: Float64Array.from(order, (at) => values[at]!),
    unitOf: unitOf === undefined ? order : order.map((at) => unitOf[at]!),
  };
}
