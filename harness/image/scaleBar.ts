/**
 * The longest scale bar of 1, 2 or 5 times a power of ten that takes up no more than a third of an
 * image.
 *
 * @param pixelSizeNm - Above 0.
 * @param widthPx - Of the image, at least 1.
 * @returns Its length to the next whole pixel, at least 1, and its label.
 */
export function scaleBar(
  pixelSizeNm: number,
  widthPx: number,
): { readonly lengthPx: number; readonly label: string } {
  const longestNm = (pixelSizeNm * widthPx) / 3;
  const power = 10 ** Math.floor(Math.log10(longestNm));
  const step = [5, 2].find((one) => one * power <= longestNm) ?? 1;
  const lengthNm = Number((step * power).toPrecision(1));
  const lengthPx = Math.max(1, Math.round(lengthNm / pixelSizeNm));
  const label = lengthNm >= 1000 ? `${lengthNm / 1000} µm` : `${lengthNm} nm`;
  return { lengthPx, label };
}
