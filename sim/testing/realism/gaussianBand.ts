/**
 * What lies between two scales of an image: its blur by a Gaussian of `fineSigmaPx` minus its blur
 * by one of `coarseSigmaPx`. The image is mirrored beyond its edges.
 *
 * @param image - Row-major `[height, width]`.
 * @param fineSigmaPx - In px, > 0 and below `coarseSigmaPx`.
 */
export function gaussianBand(
  image: Float32Array,
  width: number,
  height: number,
  fineSigmaPx: number,
  coarseSigmaPx: number,
): Float32Array {
  if (!(fineSigmaPx > 0 && fineSigmaPx < coarseSigmaPx)) {
    throw new RangeError(
      `a band needs 0 < fineSigmaPx < coarseSigmaPx. Received ${fineSigmaPx} and ${coarseSigmaPx}`,
    );
  }
  const band = gaussianBlur(image, width, height, fineSigmaPx);
  const coarse = gaussianBlur(image, width, height, coarseSigmaPx);
  for (let i = 0; i < band.length; i++) band[i] = band[i]! - coarse[i]!;
  return band;
}

export function gaussianBlur(
  image: Float32Array,
  width: number,
  height: number,
  sigma: number,
): Float32Array {
  const kernel = gaussianKernel(sigma);
  const reach = (kernel.length - 1) / 2;
  const alongRows = new Float32Array(image.length);
  const padded = new Float64Array(width + 2 * reach);
  for (let row = 0; row < height; row++) {
    for (let at = 0; at < padded.length; at++)
      padded[at] = image[row * width + mirrored(at - reach, width)]!;
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let tap = 0; tap < kernel.length; tap++) sum += kernel[tap]! * padded[column + tap]!;
      alongRows[row * width + column] = sum;
    }
  }
  const blurred = new Float32Array(image.length);
  const line = new Float64Array(width);
  for (let row = 0; row < height; row++) {
    line.fill(0);
    for (let tap = 0; tap < kernel.length; tap++) {
      const from = mirrored(row + tap - reach, height) * width;
      const weight = kernel[tap]!;
      for (let column = 0; column < width; column++)
        line[column] = line[column]! + weight * alongRows[from + column]!;
    }
    blurred.set(line, row * width);
  }
  return blurred;
}

function gaussianKernel(sigma: number): Float64Array {
  const reach = Math.ceil(4 * sigma);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * sigma * sigma)),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

/** The edge pixel is repeated once: ... 1 0 | 0 1 2 ... */
function mirrored(index: number, length: number): number {
  const folded = ((index % (2 * length)) + 2 * length) % (2 * length);
  return folded < length ? folded : 2 * length - 1 - folded;
}
