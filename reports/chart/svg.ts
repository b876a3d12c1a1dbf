/** A length to a tenth of a px: finer than a screen, a third of the bytes. */
export function px(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(Object.is(rounded, -0) ? 0 : rounded);
}
