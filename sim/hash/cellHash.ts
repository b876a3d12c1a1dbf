/**
 * 32 well mixed bits for a cell of an infinite square lattice. The only source of randomness
 * in the specimens: nothing is stored, so any place can be looked at in any order.
 *
 * @param salt - 32 bits that tell seeds and purposes apart.
 * @param column - Whole number within +-2^31, as `row`.
 * @returns signed 32-bit integer.
 */
export function cellHash(salt: number, column: number, row: number): number {
  let bits = Math.imul(salt ^ column, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15) ^ row, 0x85ebca77);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae3d);
  return bits ^ (bits >>> 16);
}
