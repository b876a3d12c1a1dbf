/**
 * A number with its decimal point moved: um to m by -6, m to nm by 9. What has up to 15 digits comes
 * back as it was; a product with 1e-6 would not (4.1e-3 * 1e6 is 4099.999...).
 *
 * @param value - Finite.
 */
export function shifted(value: number, places: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e');
  return Number(`${mantissa}e${Number(exponent) + places}`);
}

/** The nearest number of 15 digits: what a quotient of such numbers was before its rounding errors. */
export function rounded(value: number): number {
  return Number(value.toPrecision(15));
}
