import { expect, it } from 'vitest';
import { createSpecimen } from './specimen/index.ts';
import { simulate } from './testing/simulate.ts';

const tin = createSpecimen('tin', 7);
const request = { width: 96, height: 64, pixelSizeNm: 10.03, dwellTimeNs: 200 };

it('the truth about the specimen is the raster before any probe, wherever the stage is', async () => {
  const { microscope, truth } = simulate('merlin');
  for (const stage of [
    { xUm: 12, yUm: -7 },
    { xUm: 3, yUm: 5 },
  ]) {
    await microscope.moveStage(stage);
    const raster = tin.rasterise({
      ...{ width: 96, height: 64, pixelSizeNm: 10.03 },
      leftNm: stage.xUm * 1e3 - 48 * 10.03,
      topNm: stage.yUm * 1e3 - 32 * 10.03,
    });
    expect(truth.specimenUnder(request).yields).toEqual({ width: 96, height: 64, data: raster });
  }
});

it('is the same after a frame has been taken, and of a part of the frame', async () => {
  for (const preset of ['merlin', 'merlin-real', 'ultraplus-real']) {
    const { microscope, truth } = simulate(preset);
    const before = truth.specimenUnder(request).yields.data;
    await microscope.acquireFrame(request);
    const after = truth.specimenUnder(request).yields.data;
    const region = { x: 30, y: 10, width: 40, height: 33 };
    const part = truth.specimenUnder({ ...request, region }).yields;
    for (let y = 0; y < 33; y++) {
      const row = after.subarray((10 + y) * 96 + 30, (10 + y) * 96 + 70);
      expect(part.data.subarray(40 * y, 40 * (y + 1))).toEqual(row);
    }
    // Places that are computed in another order differ in the last digit of a number of nm.
    expect(Math.max(...after.map((value, i) => Math.abs(value - (before[i] ?? 0))))).toBeLessThan(
      1e-4,
    );
  }
});

it('counts as the detector does: electrons times efficiency, excess noise as fewer counts', () => {
  const electrons = 6.241509 * 1.5 * 200;
  expect(simulate('merlin').truth.specimenUnder(request).countsAtYield1).toBeCloseTo(
    0.45 * electrons,
    6,
  );
  const { truth } = simulate('merlin~excessNoise=0.5');
  const dwellTimeNs = 10;
  expect(truth.specimenUnder({ ...request, dwellTimeNs }).countsAtYield1).toBeCloseTo(
    (0.45 * electrons) / 20 / 1.5,
    6,
  );
});
