/** Rounded to six significant digits: more than a screen can show, a third of the bytes. */
export function significant(value: number): number {
  return Number(value.toPrecision(6));
}
