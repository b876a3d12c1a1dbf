import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  AlgorithmEntry,
  CorrectionEstimate,
  PerturbedPair,
} from '../../harness/algorithm/index.ts';
import { writePngFile } from '../../harness/image/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import { greyPixels, RandomStream } from '../../harness/numeric/index.ts';
import { seriesSchema, type UsableFrame } from '../../harness/series/index.ts';
import { calibrationOf, presetNamed } from '../../sim/index.ts';
import { type ValidationSetup, validateSeries } from './validateSeries.ts';

let folder: string;
let frames: UsableFrame[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-validate-'));
  const random = new RandomStream(1, 'pixels');
  const { frames: described } = seriesSchema.parse({
    schema: 1,
    frames: [4490, 4500, 4504].map((um) => ({
      file: `${um}.png`,
      workingDistanceUm: um,
      pixelSizeNm: 10,
    })),
  });
  frames = described.map((frame) => ({
    ...(frame as UsableFrame),
    path: join(folder, frame.file),
  }));
  for (const { path } of frames) {
    const values = Uint8Array.from({ length: 64 * 64 }, () => 255 * random.uniform());
    await writePngFile(path, greyPixels(values, 64, 64));
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Reads what it is told to, and takes perturbations of 5 um alone. */
function methodOf(
  name: string,
  answer: (pair: PerturbedPair) => Partial<CorrectionEstimate> & { readonly zUm?: number },
): AlgorithmEntry {
  return {
    name,
    summary: '',
    create: () => {
      throw new Error('is not run');
    },
    perturbationFor: () => 5,
    createEstimator: () => ({
      async estimate(pair) {
        if (pair.perturbationUm !== 5) throw new ConfigError(`${name} takes 5 um alone`);
        const { zUm = 0, ...rest } = answer(pair);
        return {
          correction: { workingDistanceUm: zUm, stigmatorX: 0, stigmatorY: 0 },
          astigmatismUm: { a: 0, b: 0 },
          ...rest,
        };
      },
    }),
  };
}

const setupOf = (entries: readonly AlgorithmEntry[]): ValidationSetup => ({
  entries,
  instrument: { preset: presetNamed('ideal'), specimen: 'noise', specimenPixelSize: 10 },
  calibration: calibrationOf('ideal').values,
  stigmatorMatrixUmPerUnit: null,
  seeds: { first: 5, count: 4 },
  signal: new AbortController().signal,
  onStart: () => () => {},
});

const seriesWith = (inFocusAt: { readonly workingDistanceUm: number } | null) => ({
  ...seriesSchema.parse({ schema: 1, inFocusAt, frames: [{ file: 'a' }] }),
  frames,
});

describe('validateSeries', () => {
  it('asks about each pair that suits a method, real and once for each seed', async () => {
    let steps = 0;
    let expected = 0;
    const seen: string[] = [];
    const steady = methodOf('steady', ({ under }) => {
      seen.push(String(under.shape));
      return { zUm: 4 };
    });
    const silent = methodOf('silent', () => ({ declined: 'as ever' }));
    const { found } = await validateSeries(seriesWith({ workingDistanceUm: 4499 }), {
      ...setupOf([steady, silent]),
      onStart: (total) => {
        expected = total;
        return () => {
          steps += 1;
        };
      },
    });
    // 4490 and 4500; 4490 and 4504 are 7 um apart, which it refuses itself; 4500 and 4504 suit nothing.
    expect(found.pairs.map(({ under, over, state }) => [under, over, state.zUm])).toEqual([
      ['4490.png', '4500.png', -4],
      ['4490.png', '4504.png', -2],
    ]);
    expect(found.notAsked).toEqual(
      ['steady', 'silent'].map((algorithm) => ({
        algorithm,
        pair: 1,
        reason: `${algorithm} takes 5 um alone`,
      })),
    );
    expect(seen).toEqual(Array.from({ length: 5 }, () => '64,64'));
    expect(found.readings).toMatchObject([
      { algorithm: 'steady', offKnobsUm: 0, z: 0, simulated: { declined: 0 } },
      { algorithm: 'silent', real: { declined: 'as ever' }, simulated: { declined: 4 } },
    ]);
    expect(found).toMatchObject({ r: 0, scale: 1, verdict: 'predicted' });
    // What is refused is not asked again.
    expect(expected - steps).toBe(2 * 4);
  });

  it('places the focus where the methods see it', async () => {
    const { found } = await validateSeries(
      seriesWith(null),
      setupOf([4, 5, 60].map((zUm) => methodOf(`reads-${zUm}`, () => ({ zUm })))),
    );
    expect(found.states).toEqual({ workingDistance: 'inferred', astigmatism: 'inferred' });
    expect(found.pairs[0]?.state.zUm).toBe(-5);
  });

  it('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const hasty = methodOf('hasty', () => {
      controller.abort(reason);
      return { zUm: 1 };
    });
    const setup = { ...setupOf([hasty]), signal: controller.signal };
    await expect(validateSeries(seriesWith(null), setup)).rejects.toBe(reason);
  });

  it.each<[string, AlgorithmEntry[], string]>([
    ['no method works on pairs', [], 'no method can be asked about any pair of the series'],
    [
      'every method declined and no focus is named',
      [methodOf('silent', () => ({ declined: 'as ever' }))],
      'no method gave a reading',
    ],
  ])('is refused where %s', async (_, entries, message) => {
    await expect(validateSeries(seriesWith(null), setupOf(entries))).rejects.toThrow(message);
  });
});
