import { describe, expect, it } from 'vitest';
import {
  addFocus,
  deviationOfAberration,
  type FocusState,
  type Frame,
  type FrameRequest,
  isSemfocusError,
  type Microscope,
} from '../harness/microscope/index.ts';
import { cropGreyImage, phaseCorrelation } from '../harness/numeric/index.ts';
import type { SimulationOptions } from './createSimulatedMicroscope.ts';
import { presetNamed } from './presets/presets.ts';
import { createSpecimen } from './specimen/index.ts';
import { greyMoments } from './testing/realism/greyMoments.ts';
import { simulate as simulateWith } from './testing/simulate.ts';

const merlin = presetNamed('merlin');
const tin = createSpecimen('tin', 7);
const request: FrameRequest = { width: 96, height: 64, pixelSizeNm: 10.03, dwellTimeNs: 200 };

const simulate = (options: Partial<SimulationOptions> = {}) => simulateWith('merlin', options);

const bytes = (frame: Frame) => Uint8Array.from(frame.pixels.data);

/** A focus state with a given aberration, in um. */
function stateWith(best: FocusState, zUm: number, aUm = 0, bUm = 0): FocusState {
  const matrix = merlin.stigmator.matrixUmPerUnit;
  return addFocus(best, deviationOfAberration({ zUm, aUm, bUm }, matrix));
}

const rejectionOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => Promise.reject(new Error('the promise was expected to reject')),
    (error: unknown) => error,
  );

describe('repeatability', () => {
  /** A few calls of every kind. */
  async function session({ microscope }: ReturnType<typeof simulate>) {
    const frames = [await microscope.acquireFrame(request)];
    const focus = await microscope.readFocus();
    await microscope.writeFocus({ workingDistanceUm: focus.workingDistanceUm + 6 });
    frames.push(await microscope.acquireFrame(request));
    await microscope.moveStage({ xUm: 100, yUm: 50 });
    const region = { x: 30, y: 10, width: 40, height: 33 };
    frames.push(await microscope.acquireFrame({ ...request, region }));
    return frames.map((frame) => ({ ...frame, pixels: bytes(frame) }));
  }

  it('equal options and equal calls give equal bytes, times and doses', async () => {
    expect(await session(simulate())).toEqual(await session(simulate()));
  });

  it.each([
    { changed: 'seed', options: { seed: 4 } },
    { changed: 'run', options: { run: 1 } },
    { changed: 'psf', options: { psf: 'disc' } },
    { changed: 'specimen', options: { specimen: createSpecimen('tin', 8) } },
  ] as const)('another $changed gives other frames', async ({ options }) => {
    const [, before] = await session(simulate());
    const [, after] = await session(simulate(options));
    expect(after?.pixels).not.toEqual(before?.pixels);
  });

  it('two frames of one place and state differ in their noise', async () => {
    const { microscope } = simulate();
    const first = await microscope.acquireFrame(request);
    const second = await microscope.acquireFrame(request);
    expect(bytes(second)).not.toEqual(bytes(first));
  });

  // Symptom of old: a wider blur in between left a wider margin behind, which changed pixels.
  it('a frame depends on its index, place and state, not on the states exposed before', async () => {
    const plain = simulate();
    const stirred = simulate();
    const best = plain.truth.bestFocus();
    await plain.microscope.acquireFrame(request);
    await stirred.microscope.writeFocus(stateWith(best, 60, 9, 5));
    await stirred.microscope.acquireFrame(request);
    for (const { microscope } of [plain, stirred]) {
      await microscope.writeFocus(stateWith(best, 2, 1, 0));
    }
    const expected = await plain.microscope.acquireFrame(request);
    const found = await stirred.microscope.acquireFrame(request);
    expect(bytes(found)).toEqual(bytes(expected));
  });
});

describe('truth', () => {
  it('is where the microscope stands at first: in focus', async () => {
    const { microscope, truth } = simulate();
    expect(await microscope.readFocus()).toEqual(truth.bestFocus());
  });

  it('lies within the ranges of the preset and varies with seed and run', () => {
    const optima = Array.from({ length: 30 }, (_, run) => simulate({ run }).truth.bestFocus());
    const heights = optima.map(({ workingDistanceUm }) => workingDistanceUm - 4500);
    expect(Math.max(...heights.map(Math.abs))).toBeLessThanOrEqual(20);
    expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(20);
    for (const { stigmatorX, stigmatorY } of optima) {
      expect(Math.abs(stigmatorX - 2)).toBeLessThanOrEqual(0.5);
      expect(Math.abs(stigmatorY + 1)).toBeLessThanOrEqual(0.5);
    }
  });

  it('looking costs neither time nor dose and changes no later frame', async () => {
    const looked = simulate();
    const blind = simulate();
    const best = looked.truth.bestFocus();
    const start = await looked.microscope.acquireFrame(request);
    await blind.microscope.acquireFrame(request);
    for (const zUm of [0, 3, 70]) await looked.truth.frameAt(stateWith(best, zUm), request);
    expect(await looked.microscope.readFocus()).toEqual(start.actual.focus);
    const after = await looked.microscope.acquireFrame(request);
    const expected = await blind.microscope.acquireFrame(request);
    expect({ ...after, pixels: bytes(after) }).toEqual({ ...expected, pixels: bytes(expected) });
  });

  it('no two frames or looks have the same noise', async () => {
    // Without imperfections, noise alone tells frames of one place and state apart.
    const { microscope, truth } = simulate({ preset: presetNamed('ideal') });
    const best = truth.bestFocus();
    const images = new Set<string>();
    for (let i = 0; i < 3; i++) {
      images.add(bytes(await microscope.acquireFrame(request)).join());
      images.add(bytes(await truth.frameAt(best, request)).join());
    }
    expect(images.size).toBe(6);
  });

  it('shows the state asked for', async () => {
    const { truth } = simulate({ preset: presetNamed('ideal') });
    const best = truth.bestFocus();
    const long = { ...request, dwellTimeNs: 51_200 };
    const sd = async (zUm: number) => {
      const { data } = cropGreyImage((await truth.frameAt(stateWith(best, zUm), long)).pixels);
      return greyMoments(data).sd;
    };
    const [sharp, blurred, worse] = [await sd(0), await sd(5), await sd(20)];
    expect(sharp).toBeGreaterThan(1.1 * blurred);
    expect(blurred).toBeGreaterThan(1.1 * worse);
  });
});

describe('virtual clock', () => {
  it('advances by frame and settle times, and stamps frames when they end', async () => {
    const { microscope } = simulate();
    const first = await microscope.acquireFrame(request);
    const second = await microscope.acquireFrame(request);
    await microscope.writeFocus({ stigmatorX: 1 });
    const third = await microscope.acquireFrame(request);
    await microscope.moveStage({ xUm: 0, yUm: 0 });
    const fourth = await microscope.acquireFrame(request);
    const timesMs = [first, second, third, fourth].map((frame) => frame.acquiredAt.getTime());
    const frameMs = 1e3 * first.frameTimeS;
    const { parameters } = await microscope.describe();
    const gaps = timesMs.slice(1).map((time, i) => time - timesMs[i]!);
    const settleMs = 1e3 * parameters.workingDistanceUm.settleTimeS;
    const travelMs = 1e3 * parameters.stageXUm.settleTimeS;
    [frameMs, frameMs + settleMs, frameMs + travelMs].forEach((expected, i) => {
      // Dates hold whole milliseconds.
      expect(Math.abs(gaps[i]! - expected)).toBeLessThanOrEqual(1);
    });
  });

  it('starts at a fixed date, never at the present one', async () => {
    const { acquiredAt } = await simulate().microscope.acquireFrame(request);
    expect(acquiredAt.toISOString().slice(0, 13)).toBe('2000-01-01T00');
  });

  it('a region takes the time and has the dose of its own pixels', async () => {
    const { microscope } = simulate();
    const whole = await microscope.acquireFrame(request);
    const region = { x: 0, y: 0, width: 48, height: 32 };
    const part = await microscope.acquireFrame({ ...request, region });
    expect(part.pixels.shape).toEqual([32, 48]);
    expect(part.frameTimeS - 0.1).toBeLessThan((whole.frameTimeS - 0.1) * 0.51);
    expect(part.doseElectronsPerNm2).toBe(whole.doseElectronsPerNm2);
  });
});

describe('dose', () => {
  it('is 18.6 electrons per nm^2 at 200 ns, and doubles with the dwell time', async () => {
    const { microscope } = simulate();
    const once = await microscope.acquireFrame(request);
    const twice = await microscope.acquireFrame({ ...request, dwellTimeNs: 400 });
    expect(once.doseElectronsPerNm2).toBeCloseTo(18.6, 1);
    expect(twice.doseElectronsPerNm2).toBeCloseTo(2 * once.doseElectronsPerNm2, 12);
  });

  it('lowers the noise with its square root', async () => {
    const { microscope } = simulate({
      preset: presetNamed('ideal'),
      specimen: createSpecimen('blank', 1),
    });
    const sd = async (dwellTimeNs: number) => {
      const large = { width: 256, height: 192, pixelSizeNm: 10.03, dwellTimeNs };
      const { data } = cropGreyImage((await microscope.acquireFrame(large)).pixels);
      return greyMoments(data).sd;
    };
    expect((await sd(100)) / (await sd(400))).toBeCloseTo(2, 1);
  });
});

describe('image shift', () => {
  const preset = presetNamed('merlin~positionError=0');
  const wide = { width: 320, height: 256, pixelSizeNm: 10, dwellTimeNs: 3200 };

  it('moves the content by 15 nm per um of working distance, downwards', async () => {
    const { microscope, truth } = simulate({ preset });
    const best = truth.bestFocus();
    await microscope.writeFocus(stateWith(best, -4));
    const near = cropGreyImage((await microscope.acquireFrame(wide)).pixels);
    await microscope.writeFocus(stateWith(best, 4));
    const far = cropGreyImage((await microscope.acquireFrame(wide)).pixels);
    const search = { expectedXPx: 0, expectedYPx: 0, searchRadiusPx: 30 };
    const shift = phaseCorrelation(near, far, search);
    expect(shift.isSignificant).toBe(true);
    // 8 um * 15 nm/um / 10 nm
    expect(Math.abs(shift.yPx - 12)).toBeLessThan(0.1);
    expect(Math.abs(shift.xPx)).toBeLessThan(0.1);
  });

  it('scatters by the position error from frame to frame', async () => {
    const scattering = presetNamed('merlin~imageShiftY=0~positionError=30');
    const { microscope } = simulate({ preset: scattering });
    const small = { ...wide, width: 128, height: 128 };
    const first = cropGreyImage((await microscope.acquireFrame(small)).pixels);
    const search = { expectedXPx: 0, expectedYPx: 0, searchRadiusPx: 25 };
    const shifts = [];
    for (let i = 0; i < 24; i++) {
      const frame = cropGreyImage((await microscope.acquireFrame(small)).pixels);
      shifts.push(phaseCorrelation(first, frame, search));
    }
    // 3 px along either axis; the bounds are those of 24 draws.
    expect(shifts.every(({ isSignificant }) => isSignificant)).toBe(true);
    for (const axis of ['xPx', 'yPx'] as const) {
      const mean = shifts.reduce((sum, shift) => sum + shift[axis], 0) / shifts.length;
      const squares = shifts.reduce((sum, shift) => sum + (shift[axis] - mean) ** 2, 0);
      const sd = Math.sqrt(squares / (shifts.length - 1));
      expect(sd).toBeGreaterThan(1.9);
      expect(sd).toBeLessThan(4.3);
    }
  });

  it('moving the stage brings the specimen from there', async () => {
    const { microscope } = simulate({ preset: presetNamed('ideal') });
    await microscope.moveStage({ xUm: 0, yUm: 0 });
    const before = cropGreyImage((await microscope.acquireFrame(wide)).pixels);
    await microscope.moveStage({ xUm: 0.2, yUm: -0.1 });
    const after = cropGreyImage((await microscope.acquireFrame(wide)).pixels);
    const search = { expectedXPx: 0, expectedYPx: 0, searchRadiusPx: 40 };
    const { xPx, yPx, isSignificant } = phaseCorrelation(before, after, search);
    expect(isSignificant).toBe(true);
    expect(xPx).toBeCloseTo(-20, 0);
    expect(yPx).toBeCloseTo(10, 0);
  });

  it('a region shows the part of the frame that it names', async () => {
    const { microscope } = simulate({ preset: presetNamed('ideal') });
    const whole = await microscope.acquireFrame(wide);
    const region = { x: 100, y: 40, width: 160, height: 128 };
    const part = cropGreyImage((await microscope.acquireFrame({ ...wide, region })).pixels);
    const expected = cropGreyImage(whole.pixels, region);
    let squares = 0;
    part.data.forEach((value, i) => {
      squares += (value - expected.data[i]!) ** 2;
    });
    // Two noises of 2.6 grey each; the structure of tin is far above that.
    expect(Math.sqrt(squares / part.data.length)).toBeLessThan(4);
  });
});

describe('values out of range', () => {
  it.each([
    { target: { workingDistanceUm: Number.NaN } },
    { target: { workingDistanceUm: Number.POSITIVE_INFINITY } },
    { target: { stigmatorY: Number.NEGATIVE_INFINITY } },
    { target: { workingDistanceUm: 999 } },
    { target: { workingDistanceUm: 40_001 } },
    { target: { stigmatorX: 100.1 } },
    { target: { workingDistanceUm: 4600, stigmatorY: -101 } },
  ])('$target is refused with nothing moved and no time passed', async ({ target }) => {
    const { microscope } = simulate();
    const untouched = simulate().microscope;
    const before = await microscope.readFocus();
    const error = await rejectionOf(microscope.writeFocus(target));
    expect(isSemfocusError(error, 'OutOfRange')).toBe(true);
    expect(await microscope.readFocus()).toEqual(before);
    const frame = await microscope.acquireFrame(request);
    const expected = await untouched.acquireFrame(request);
    expect(frame.acquiredAt).toEqual(expected.acquiredAt);
  });

  it('says what was asked and what is allowed', async () => {
    const { microscope } = simulate();
    const messages = [
      await rejectionOf(microscope.writeFocus({ stigmatorX: -120 })),
      await rejectionOf(microscope.writeFocus({ stigmatorX: Number.NaN })),
      await rejectionOf(microscope.moveStage({ xUm: 0, yUm: 1e6 })),
      await rejectionOf(microscope.acquireFrame({ ...request, dwellTimeNs: 20 })),
      await rejectionOf(
        microscope.acquireFrame({ ...request, region: { x: 50, y: 0, width: 50, height: 9 } }),
      ),
    ].map(String);
    expect(messages).toMatchInlineSnapshot(`
      [
        "OutOfRange: stigmatorX must be in [-100, 100] %. Received -120",
        "OutOfRange: stigmatorX must be a finite number. Received NaN (merlin)",
        "OutOfRange: stageYUm must be in [-60000, 60000] um. Received 1000000",
        "OutOfRange: dwellTimeNs must be in [50, 51200] ns. Received 20",
        "OutOfRange: region must be whole pixels inside the 96 x 64 px raster, not 50 x 9 px at (50, 0). Received 100",
      ]
    `);
  });

  const region = { x: 0, y: 0, width: 16, height: 16 };
  it.each([
    { dwellTimeNs: 0 },
    { dwellTimeNs: -200 },
    { dwellTimeNs: Number.NaN },
    { dwellTimeNs: 1e9 },
    { pixelSizeNm: 0 },
    { pixelSizeNm: Number.NaN },
    { pixelSizeNm: 5000 },
    { width: 0 },
    { width: 96.5 },
    { height: Number.NaN },
    { width: 40_000 },
    { width: 32_000, height: 32_000 },
    { region: { ...region, x: -1 } },
    { region: { ...region, y: 49 } },
    { region: { ...region, width: 97 } },
    { region: { ...region, height: 0 } },
    { region: { ...region, x: 0.5 } },
    { region: { ...region, width: Number.NaN } },
  ])('a frame of $0 is refused before anything is rendered', async (wrong) => {
    const specimen = {
      ...tin,
      rasterise: () => {
        throw new Error('rendered after all');
      },
    };
    const { microscope, truth } = simulate({ specimen });
    const bad = { ...request, ...wrong };
    const errors = [
      await rejectionOf(microscope.acquireFrame(bad)),
      await rejectionOf(truth.frameAt(truth.bestFocus(), bad)),
    ];
    for (const error of errors) expect(isSemfocusError(error, 'OutOfRange')).toBe(true);
  });

  it('a stage position beyond its travel leaves the stage where it is', async () => {
    const { microscope } = simulate();
    for (const xUm of [Number.NaN, 70_000, Number.NEGATIVE_INFINITY]) {
      const error = await rejectionOf(microscope.moveStage({ xUm, yUm: 0 }));
      expect(isSemfocusError(error, 'OutOfRange')).toBe(true);
    }
    expect(await microscope.readStage()).toEqual({ xUm: 12, yUm: -7 });
  });
});

/** Every call that takes options. */
const calls: { name: string; call: (m: Microscope, signal?: AbortSignal) => Promise<unknown> }[] = [
  { name: 'readFocus', call: (m, signal) => m.readFocus(given(signal)) },
  { name: 'writeFocus', call: (m, signal) => m.writeFocus({ stigmatorX: 3 }, given(signal)) },
  { name: 'acquireFrame', call: (m, signal) => m.acquireFrame(request, given(signal)) },
  { name: 'readStage', call: (m, signal) => m.readStage(given(signal)) },
  { name: 'moveStage', call: (m, signal) => m.moveStage({ xUm: 1, yUm: 1 }, given(signal)) },
  { name: 'blankBeam', call: (m, signal) => m.blankBeam(true, given(signal)) },
];
const given = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });

describe.each(calls)('$name', ({ call }) => {
  it('works while the microscope is open', async () => {
    await expect(call(simulate().microscope)).resolves.not.toThrow();
  });

  it('is refused as Disconnected once the microscope is closed', async () => {
    const { microscope } = simulate();
    await microscope.close();
    expect(isSemfocusError(await rejectionOf(call(microscope)), 'Disconnected')).toBe(true);
  });

  it('rejects with the reason of an aborted signal, with nothing changed', async () => {
    const { microscope } = simulate();
    const focus = await microscope.readFocus();
    const reason = new Error('the operator pressed stop');
    expect(await rejectionOf(call(microscope, AbortSignal.abort(reason)))).toBe(reason);
    expect(await microscope.readFocus()).toEqual(focus);
    expect(await microscope.readStage()).toEqual({ xUm: 12, yUm: -7 });
    const frame = await microscope.acquireFrame(request);
    const expected = await simulate().microscope.acquireFrame(request);
    expect({ ...frame, pixels: bytes(frame) }).toEqual({ ...expected, pixels: bytes(expected) });
  });
});

describe('separation of microscope and truth', () => {
  it('the microscope has the methods of the contract and nothing else', () => {
    const { microscope } = simulate();
    expect(Reflect.ownKeys(microscope).map(String).toSorted()).toEqual([
      'acquireFrame',
      'blankBeam',
      'close',
      'describe',
      'moveStage',
      'readFocus',
      'readStage',
      'writeFocus',
    ]);
    expect(Object.getPrototypeOf(microscope)).toBe(Object.prototype);
  });

  it('a caller who changes what was returned changes nothing inside', async () => {
    const { microscope, truth } = simulate();
    const best = { ...truth.bestFocus() };
    const mutate = (value: object) => Object.assign(value, { workingDistanceUm: 1, xUm: 99 });
    for (const read of [() => microscope.readFocus(), () => microscope.readStage()]) {
      try {
        mutate(await read());
      } catch {
        // A frozen object is as good as a copy.
      }
    }
    Object.assign((await microscope.describe()).parameters.workingDistanceUm, { max: 1 });
    const { actual } = await microscope.acquireFrame(request);
    expect((await microscope.describe()).parameters.workingDistanceUm.max).toBe(40_000);
    expect(actual.focus).toEqual(best);
    expect(actual.stage).toEqual({ xUm: 12, yUm: -7 });
    expect(truth.bestFocus()).toEqual(best);
  });

  it('describes ranges and units of what it accepts', async () => {
    const { parameters, ...rest } = await simulate().microscope.describe();
    expect(rest).toEqual({
      name: 'sim:merlin',
      isSimulated: true,
      beamCurrentNanoAmp: 1.5,
      passes: 1,
      bitDepth: 8,
      canBlankBeam: true,
    });
    expect(parameters.workingDistanceUm).toMatchObject({ unit: 'um', min: 1000, max: 40_000 });
    expect(parameters.stigmatorX).toMatchObject({ unit: '%', min: -100, max: 100 });
    expect(parameters.dwellTimeNs).toMatchObject({ unit: 'ns', min: 50, max: 51_200 });
  });
});
