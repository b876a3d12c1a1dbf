import { RandomStream, samplePoisson } from '../harness/numeric/index.ts';
import { compare } from './compare.ts';

export async function benchPoisson(): Promise<void> {
  const pixels = 2 ** 18;
  const out = new Float32Array(pixels);
  for (const mean of [0.5, 8, 200, 842]) {
    const random = new RandomStream(1, 'bench');
    const means = new Float32Array(pixels).fill(mean);
    await compare(
      `${pixels} Poisson samples of mean ${mean}`,
      {
        name: 'two uniform numbers each',
        run: () => {
          for (let i = 0; i < pixels; i++) out[i] = random.uniform() + random.uniform();
        },
      },
      [{ name: 'samplePoisson, exact', run: () => samplePoisson(means, random, out) }],
    );
  }
}
