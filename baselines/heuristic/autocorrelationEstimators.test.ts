import { describe, expect, it } from 'vitest';
import { syntheticPair } from '../../harness/algorithm/testing/syntheticPair.ts';
import { greyPixels, RandomStream } from '../../harness/numeric/index.ts';
import fixtures from '../sharpness/fixtures/sharpness/sharpness.json' with { type: 'json' };
import { autocorrelationEstimators } from './autocorrelationEstimators.ts';

/** Estimators of two noise-free frames at plus and minus a defocus, with astigmatism. */
function estimated(aUm: number, bUm: number, perturbationUm = 1, zUm = 0) {
  const { under, over } = syntheticPair({
    aberration: { zUm, aUm, bUm },
    perturbationUm,
    width: 320,
    height: 256,
    seed: 5,
  });
  return { under: autocorrelationEstimators(under), over: autocorrelationEstimators(over) };
}

describe('autocorrelationEstimators', () => {
  it('is what NumPy says of the same image', () => {
    const image = greyPixels(
      new Uint8Array(Buffer.from(fixtures.pixels, 'base64')),
      fixtures.width,
      fixtures.height,
    );
    const found = autocorrelationEstimators(image);
    expect(found.focus).toBeCloseTo(fixtures.heuristic.focus, 5);
    expect(found.stigmatorX).toBeCloseTo(fixtures.heuristic.stigmatorX, 5);
    expect(found.stigmatorY).toBeCloseTo(fixtures.heuristic.stigmatorY, 5);
  });

  it('F is larger for the sharper of two frames', () => {
    const { under, over } = estimated(0, 0, 2, 1);
    expect(under.focus).toBeGreaterThan(over.focus);
  });

  it('Ax rises through focus for a > 0, Ay for b < 0, neither without astigmatism', () => {
    const change = (aUm: number, bUm: number) => {
      const { under, over } = estimated(aUm, bUm);
      return [over.stigmatorX - under.stigmatorX, over.stigmatorY - under.stigmatorY] as const;
    };
    const [x = 0, y = 0] = change(1, 0);
    expect(x).toBeGreaterThan(0.001);
    expect(Math.abs(y)).toBeLessThan(0.3 * x);
    const [xOfB = 0, yOfB = 0] = change(0, 1);
    expect(yOfB).toBeLessThan(-0.001);
    expect(Math.abs(xOfB)).toBeLessThan(-0.3 * yOfB);
    expect(Math.abs(change(0, 0)[0])).toBeLessThan(1e-4);
  });

  it.each([0, 0.3])('sees no structure in noise, white or with %f of the pixel before', (share) => {
    for (let seed = 0; seed < 8; seed++) {
      const random = new RandomStream(seed, 'noise');
      let before = 0;
      const data = Uint16Array.from({ length: 256 * 256 }, () => {
        const fresh = random.normal();
        const value = 30000 + 1000 * (fresh + share * before);
        before = fresh;
        return value;
      });
      const { structure } = autocorrelationEstimators(greyPixels(data, 256, 256));
      expect(Math.abs(structure)).toBeLessThan(4);
    }
  });

  it('scatters as much as it says', () => {
    const scene = syntheticPair({
      aberration: { zUm: 0, aUm: 0, bUm: 0 },
      perturbationUm: 1,
      width: 256,
      height: 256,
      seed: 6,
    }).over;
    const found = Array.from({ length: 24 }, (_, seed) => {
      const random = new RandomStream(seed, 'noise');
      const data = Uint16Array.from(scene.data, (value) => value + 6000 * random.normal());
      return autocorrelationEstimators(greyPixels(data, 256, 256));
    });
    const mean = found.reduce((sum, { focus }) => sum + focus, 0) / found.length;
    const variance = found.reduce((sum, { focus }) => sum + (focus - mean) ** 2, 0) / 23;
    const ratio = Math.sqrt(variance) / (found[0]?.focusSd ?? 0);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });
});
