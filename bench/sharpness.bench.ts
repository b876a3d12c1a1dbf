import { autocorrelationEstimators, frameSharpness, sharpnessMetrics } from '../baselines/index.ts';
import { addFocus } from '../harness/microscope/index.ts';
import { compare } from './compare.ts';
import { truthOf } from './simulatedPair.ts';

/** The judgement of one frame, by every metric. */
export async function benchSharpness(): Promise<void> {
  const truth = truthOf('gaussian');
  const state = addFocus(truth.bestFocus(), { workingDistanceUm: 3 });
  for (const [width, height] of [
    [1024, 768],
    [2048, 1536],
  ] as const) {
    const request = { width, height, pixelSizeNm: 10.03, dwellTimeNs: 200 };
    const { pixels } = await truth.frameAt(state, request);
    const { data } = pixels;
    await compare(
      `sharpness of one frame of ${width} x ${height} px, after a low-pass of 2 px`,
      {
        name: 'raw gradient energy, one pass',
        run: () => rawGradientEnergy(data, width, height),
      },
      [
        ...Object.values(sharpnessMetrics).map((metric) => ({
          name: metric.name,
          run: () => frameSharpness(pixels, metric, 2),
        })),
        { name: 'heuristic (512 px)', run: () => autocorrelationEstimators(pixels) },
      ],
    );
  }
}

function rawGradientEnergy(data: Uint8Array | Uint16Array, width: number, height: number): number {
  let sum = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * width + 1, end = i + width - 2; i < end; i++) {
      const dx = data[i + 1]! - data[i - 1]!;
      const dy = data[i + width]! - data[i - width]!;
      sum += dx * dx + dy * dy;
    }
  }
  return sum;
}
