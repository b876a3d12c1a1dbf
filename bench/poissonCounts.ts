import { RandomStream, samplePoisson } from '../harness/numeric/index.ts';

const samples = 1e8;
const portion = 2 ** 20;
/** A count is a bin of its own where this many samples are expected, else its tail is one. */
const leastExpected = 25;

/**
 * Not a benchmark of time: chi-squared of 10^8 Poisson counts at each of some means against the exact
 * probabilities, every count a bin. Printed as its distance from what is expected, in standard
 * deviations: within -4 .. 4 if the counts are Poisson-distributed.
 */
export async function checkPoissonCounts(): Promise<void> {
  process.stdout.write(`\nchi-squared of ${samples} Poisson counts\n`);
  for (const mean of [0.01, 0.5, 3, 9.9, 10.1, 15.9, 16, 30, 100, 127, 128, 420, 3000, 1e5]) {
    const exactMean = Math.fround(mean);
    const means = new Float32Array(portion).fill(mean);
    const random = new RandomStream(1, 'counts', mean);
    const counts = new Float32Array(portion);
    const found = new Float64Array(Math.ceil(mean + 10 * Math.sqrt(mean) + 30));
    let drawn = 0;
    for (; drawn < samples; drawn += portion) {
      samplePoisson(means, random, counts);
      for (let i = 0; i < portion; i++) found[counts[i]!]! += 1;
    }
    const bins = binned(found, drawn, exactMean);
    const chiSquared = bins.reduce(
      (sum, { n, expected }) => sum + (n - expected) ** 2 / expected,
      0,
    );
    const freedom = bins.length - 1;
    const distance = (chiSquared - freedom) / Math.sqrt(2 * freedom);
    process.stdout.write(
      `  mean ${`${mean}`.padEnd(8)}${`${bins.length} bins`.padStart(10)}   chi-squared ` +
        `${chiSquared.toFixed(1).padStart(8)}, ${distance.toFixed(2).padStart(6)} standard deviations off\n`,
    );
  }
}

/** Found and expected numbers per count; counts too rare to expect {@link leastExpected} together. */
function binned(found: Float64Array, drawn: number, mean: number) {
  const bins: { n: number; expected: number }[] = [];
  let logFactorial = 0;
  let open = { n: 0, expected: 0 };
  for (let count = 0; count < found.length; count++) {
    if (count > 0) logFactorial += Math.log(count);
    open.n += found[count]!;
    open.expected += drawn * Math.exp(count * Math.log(mean) - mean - logFactorial);
    if (open.expected >= leastExpected) {
      bins.push(open);
      open = { n: 0, expected: 0 };
    }
  }
  const last = bins[bins.length - 1];
  if (last !== undefined) {
    last.n += open.n;
    last.expected += open.expected;
  }
  return bins;
}
