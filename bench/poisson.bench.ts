import { RandomStream, samplePoisson } from '../harness/numeric/index.ts';
import { compare } from './compare.ts';

export async function benchPoisson(): Promise<void> {
  const pixels = 2 ** 18;
  const out = new Float32Array(pixels);
  const random = new RandomStream(1, 'bench');
  const cases: readonly (readonly [string, (i: number) => number])[] = [
    ...[0.01, 0.5, 3, 8, 15.9, 16, 127, 842, 1e5].map(
      (mean) => [`mean ${mean}`, () => mean] as const,
    ),
    ['means of 590 .. 1090', (i) => 842 * (1 + 0.3 * Math.sin(i * 0.9))],
    ['means of 1.6 .. 30', (i) => 16 * (1 + 0.9 * Math.sin(i * 0.9))],
    ['means of 0.01 .. 1e5, even in the logarithm', (i) => 10 ** (7 * ((i * 0.618034) % 1) - 2)],
  ];
  await compare(
    `${pixels} Poisson samples`,
    {
      name: 'two uniform numbers each',
      run: () => {
        for (let i = 0; i < pixels; i++) out[i] = random.uniform() + random.uniform();
      },
    },
    cases.map(([name, meanAt]) => {
      const means = Float32Array.from({ length: pixels }, (_, i) => meanAt(i));
      return { name, run: () => samplePoisson(means, random, out) };
    }),
  );
}
