/** A vector in the image, x to the right, y down. */
export interface Vector {
  readonly x: number;
  readonly y: number;
}

/**
 * R v with R = [[cos t, -sin t], [sin t, cos t]]: what has the direction v in the column has the
 * direction R v in an image whose scan is rotated by t.
 */
export function rotateVector({ x, y }: Vector, rotationDeg: number): Vector {
  const { cosine, sine } = turnBy(rotationDeg);
  return { x: cosine * x - sine * y, y: sine * x + cosine * y };
}

/** Cosine and sine, exact at multiples of 90 degrees. */
function turnBy(rotationDeg: number): { cosine: number; sine: number } {
  const quarters = rotationDeg / 90;
  if (Number.isInteger(quarters)) {
    const quarter = ((quarters % 4) + 4) % 4;
    return { cosine: [1, 0, -1, 0][quarter]!, sine: [0, 1, 0, -1][quarter]! };
  }
  const angle = (rotationDeg * Math.PI) / 180;
  return { cosine: Math.cos(angle), sine: Math.sin(angle) };
}
