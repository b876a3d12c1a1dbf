import FFT from 'fft.js';
import { RealFft2 } from '../harness/numeric/index.ts';
import { compare } from './compare.ts';

/** The obvious way: every row, then every column, as complex doubles, with strided access. */
function plainFft2(image: Float32Array, width: number, height: number): Float64Array {
  const rows = new FFT(width);
  const columns = new FFT(height);
  const data = new Float64Array(2 * width * height);
  const rowIn = new Float64Array(2 * width);
  const rowOut = new Float64Array(2 * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rowIn[2 * x] = image[y * width + x]!;
    rows.transform(rowOut, rowIn);
    data.set(rowOut, 2 * y * width);
  }
  const columnIn = new Float64Array(2 * height);
  const columnOut = new Float64Array(2 * height);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      columnIn[2 * y] = data[2 * (y * width + x)]!;
      columnIn[2 * y + 1] = data[2 * (y * width + x) + 1]!;
    }
    columns.transform(columnOut, columnIn);
    for (let y = 0; y < height; y++) {
      data[2 * (y * width + x)] = columnOut[2 * y]!;
      data[2 * (y * width + x) + 1] = columnOut[2 * y + 1]!;
    }
  }
  return data;
}

export async function benchFft(): Promise<void> {
  for (const [width, height, others] of [
    [256, 256, []],
    [512, 512, [[640, 400]]],
    [
      2048,
      1024,
      [
        [1728, 1200],
        [2048, 1536],
      ],
    ],
  ] as const) {
    const image = noise(width * height);
    await compare(
      `2-D FFT of a real image`,
      {
        name: `${width} x ${height}: complex rows, then complex columns`,
        run: () => plainFft2(image, width, height),
      },
      [[width, height] as const, ...others].flatMap(([w, h]) => {
        const fft = new RealFft2(w, h);
        const own = noise(w * h);
        const spectrum = fft.forward(own);
        return [
          { name: `${w} x ${h}: RealFft2 forward`, run: () => fft.forward(own, spectrum) },
          { name: `${w} x ${h}: RealFft2 inverse`, run: () => fft.inverse(spectrum, own) },
        ];
      }),
    );
  }
}

function noise(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7));
}
