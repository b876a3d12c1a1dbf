import { ComplexFft, RealFft2 } from '../harness/numeric/index.ts';
import { compare } from './compare.ts';

/** The obvious way: every row, then every column, as complex numbers, with strided access. */
function plainFft2(image: Float32Array, width: number, height: number): Float64Array {
  const rows = new ComplexFft(width);
  const columns = new ComplexFft(height);
  const data = new Float64Array(2 * width * height);
  const rowIn = new Float64Array(2 * width);
  const rowOut = new Float64Array(2 * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rowIn[2 * x] = image[y * width + x]!;
    rows.forward(rowOut, rowIn);
    data.set(rowOut, 2 * y * width);
  }
  const columnIn = new Float64Array(2 * height);
  const columnOut = new Float64Array(2 * height);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      columnIn[2 * y] = data[2 * (y * width + x)]!;
      columnIn[2 * y + 1] = data[2 * (y * width + x) + 1]!;
    }
    columns.forward(columnOut, columnIn);
    for (let y = 0; y < height; y++) {
      data[2 * (y * width + x)] = columnOut[2 * y]!;
      data[2 * (y * width + x) + 1] = columnOut[2 * y + 1]!;
    }
  }
  return data;
}

export async function benchFft(): Promise<void> {
  for (const [width, height] of [
    [512, 512],
    [768, 768],
    [2048, 1536],
  ] as const) {
    const image = Float32Array.from({ length: width * height }, (_, i) => Math.sin(i * 1.7));
    const fft = new RealFft2(width, height);
    const spectrum = fft.createSpectrum();
    const back = new Float32Array(width * height);
    await compare(
      `2-D FFT of a real ${width} x ${height} px image`,
      { name: 'complex rows, then complex columns', run: () => plainFft2(image, width, height) },
      [
        { name: 'RealFft2 forward', run: () => fft.forward(image, spectrum) },
        { name: 'RealFft2 inverse', run: () => fft.inverse(spectrum, back) },
      ],
    );
  }
}
