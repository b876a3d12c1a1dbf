import { describe, expect, it } from 'vitest';
import type { CorrectionEstimate, PairEstimator } from '../algorithm/index.ts';
import type { Frame } from '../microscope/index.ts';
import { greyPixels, RandomStream } from '../numeric/index.ts';
import { lookBack } from './lookBack.ts';

const margins = { workingDistanceUm: 1, stigmator: 0.25 };
const zero = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };
const sd = { workingDistanceUm: 0.05, stigmatorX: 0.02, stigmatorY: 0.02 };
const [width, height] = [192, 160];

/** A random scene, seen from (x, y) on, with noise of its own. */
function frame(seed: number, { x = 0, y = 0, amplitude = 1 } = {}): Frame {
  const scene = new RandomStream(7, 'scene');
  const side = 256;
  const cells = Float64Array.from({ length: (side / 8) ** 2 }, () => 60 * scene.uniform());
  const random = new RandomStream(seed, 'noise');
  const grey = Uint8Array.from({ length: width * height }, (_, i) => {
    const column = Math.floor(((i % width) + x) / 8);
    const row = Math.floor((Math.floor(i / width) + y) / 8);
    return 80 + amplitude * (cells[row * (side / 8) + column] ?? 0) + 4 * random.normal();
  });
  return { pixels: greyPixels(grey, width, height), actual: { pixelSizeNm: 10 } } as Frame;
}

const saying = (said: Partial<CorrectionEstimate>): PairEstimator => ({
  estimate: async () => ({
    ...{ correction: zero, correctionSd: sd, astigmatismUm: { a: 0, b: 0 } },
    ...said,
  }),
});

describe('lookBack', () => {
  it.each([
    ['the frames read the same', {}, 'start'],
    ['the reading is noise', { correction: { ...zero, workingDistanceUm: 0.29 } }, 'start'],
    ['the reading is large', { correction: { ...zero, workingDistanceUm: -0.35 } }, 'other'],
    ['the astigmatism has turned', { correction: { ...zero, stigmatorY: 0.13 } }, 'other'],
    [
      'the reading is sure and small',
      {
        correction: { ...zero, workingDistanceUm: 0.15 },
        correctionSd: { ...sd, workingDistanceUm: 0.01 },
      },
      'start',
    ],
  ])('%s', async (_name, said, shows) => {
    expect(await lookBack(saying(said), frame(1), frame(2), margins)).toEqual({ shows });
  });

  it('says why it cannot say anything', async () => {
    const declined = saying({ declined: 'too little structure' });
    const reason = 'too little structure';
    expect(await lookBack(declined, frame(1), frame(2), margins)).toEqual({
      ...{ shows: 'nothing', reason },
    });
    const { correctionSd: _, ...unsure } = await saying({}).estimate({} as never);
    const found = await lookBack({ estimate: async () => unsure }, frame(1), frame(2), margins);
    expect(found.reason).toMatch('does not say how sure it is');
  });

  it.each([
    ['blurrier', 1, 0.5],
    ['sharper', 0.5, 1],
  ])('sees what is clearly %s without an estimate', async (_name, before, after) => {
    const [first, look] = [frame(1, { amplitude: before }), frame(2, { amplitude: after })];
    expect(await lookBack(saying({ declined: 'x' }), first, look, margins)).toEqual({
      shows: 'other',
    });
  });

  it('compares what both frames show where the specimen has drifted', async () => {
    let asked: Parameters<PairEstimator['estimate']>[0] | undefined;
    const noting: PairEstimator = {
      async estimate(pair) {
        asked = pair;
        return saying({}).estimate(pair);
      },
    };
    const { shows } = await lookBack(noting, frame(1), frame(2, { x: 12, y: 7 }), margins);
    expect(shows).toBe('start');
    expect(asked?.under.shape).toEqual([height - 7, width - 12]);
    expect(asked?.over.shape).toEqual([height - 7, width - 12]);
    const differences = Array.from({ length: 100 }, (_, i) =>
      Math.abs((asked?.under.get(i, i) ?? 0) - (asked?.over.get(i, i) ?? 0)),
    );
    expect(differences.reduce((sum, value) => sum + value, 0) / 100).toBeLessThan(8);
  });
});
