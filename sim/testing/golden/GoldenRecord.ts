import { createHash } from 'node:crypto';
import type { GreyPixels } from '../../../harness/microscope/index.ts';
import { cropGreyImage } from '../../../harness/numeric/index.ts';

/** What is remembered of a frame: its exact bytes as a hash, and enough to tell how it changed. */
export interface GoldenRecord {
  readonly physicsVersion: string;
  /** SHA-256 of the 8-bit pixels, row-major. */
  readonly sha256: string;
  readonly mean: number;
  readonly sd: number;
  /** Grey values at the percentiles named by the keys. */
  readonly percentiles: Readonly<Record<string, number>>;
  /** Mean square of the difference to the right neighbour: sharpness, and noise. */
  readonly stepSquare: number;
}

const percents = [1, 5, 25, 50, 75, 95, 99];

export function goldenRecordOf(pixels: GreyPixels, physicsVersion: string): GoldenRecord {
  const { width, data } = cropGreyImage(pixels);
  const sorted = data.toSorted();
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  let squares = 0;
  for (let i = 1; i < data.length; i++) {
    if (i % width > 0) squares += (data[i]! - data[i - 1]!) ** 2;
  }
  const round = (value: number) => Math.round(value * 1e4) / 1e4;
  return {
    physicsVersion,
    sha256: createHash('sha256').update(Uint8Array.from(data)).digest('hex'),
    mean: round(mean),
    sd: round(Math.sqrt(variance)),
    percentiles: Object.fromEntries(
      percents.map((percent) => {
        const at = Math.round((percent / 100) * (sorted.length - 1));
        return [String(percent), sorted[at]!];
      }),
    ),
    stepSquare: round(squares / (data.length - data.length / width)),
  };
}

/**
 * What has become of a frame.
 *
 * @returns undefined if not a byte has changed, else a sentence with what to do about it.
 */
export function goldenVerdict(known: GoldenRecord, found: GoldenRecord): string | undefined {
  if (known.physicsVersion !== found.physicsVersion) {
    return (
      `recorded at physics version ${known.physicsVersion}, which is now ${found.physicsVersion}: ` +
      'record again with npm run make:frames'
    );
  }
  if (known.sha256 === found.sha256) return undefined;
  const deviation = firstDeviation(known, found);
  if (deviation !== undefined) return `the statistics changed: ${deviation}`;
  return (
    'pixels changed, statistics agree: raise physicsVersion in sim/createSimulatedMicroscope.ts, ' +
    'then record again with npm run make:frames'
  );
}

/** The first number that differs by more than other noise of the same frame would explain. */
function firstDeviation(known: GoldenRecord, found: GoldenRecord): string | undefined {
  const numbers = [
    { name: 'mean', was: known.mean, is: found.mean, allowed: 0.3 },
    { name: 'sd', was: known.sd, is: found.sd, allowed: 0.02 * known.sd },
    {
      name: 'stepSquare',
      was: known.stepSquare,
      is: found.stepSquare,
      allowed: 0.05 * known.stepSquare,
    },
    ...Object.entries(known.percentiles).map(([percent, was]) => ({
      name: `percentile ${percent}`,
      was,
      is: found.percentiles[percent] ?? Number.NaN,
      allowed: 2,
    })),
  ];
  const first = numbers.find(({ was, is, allowed }) => !(Math.abs(is - was) <= allowed));
  if (first === undefined) return undefined;
  return `${first.name} was ${first.was}, is ${first.is}, may differ by ${first.allowed.toFixed(2)}`;
}
