import { describe, expect, it } from 'vitest';
import {
  addFocus,
  deviationOfAberration,
  type Frame,
  type FrameRequest,
  isSemfocusError,
} from '../harness/microscope/index.ts';
import { cropGreyImage, phaseCorrelation } from '../harness/numeric/index.ts';
import { presetCalibration } from './calibration/presetCalibration.ts';
import type { ExposureTruth } from './Instrument.ts';
import { type ImperfectionName, imperfectionNames } from './presets/imperfections.ts';
import { presetNamed } from './presets/presets.ts';
import { createSpecimen } from './specimen/index.ts';
import { greyMoments } from './testing/realism/greyMoments.ts';
import { simulate } from './testing/simulate.ts';

const request: FrameRequest = { width: 128, height: 96, pixelSizeNm: 10, dwellTimeNs: 400 };

const bytes = (frame: Frame) => Uint8Array.from(frame.pixels.data);

/** A level at which an imperfection shows in a small frame, one at a time. */
const visible: Record<ImperfectionName, number> = {
  coma: 20,
  threeFold: 20,
  spherical: 30,
  pupilWeight: -0.5,
  defocusSpread: 5,
  workingDistanceScale: 20,
  astigmatismWithFocus: 0.3,
  heightTilt: 300,
  heightWaviness: 3,
  focusDrift: 100,
  hysteresis: 2,
  settling: 1,
  imageShiftX: 30,
  imageShiftY: 30,
  stigmatorShift: 30,
  positionError: 30,
  magnificationWithFocus: 2,
  magnificationError: 20,
  affineError: 20,
  smoothDistortion: 1,
  drift: 5000,
  driftWalk: 500,
  driftInFrame: 40,
  vibration: 10,
  mainsField: 10,
  rowJitterX: 1,
  rowJitterY: 1,
  flyback: 0.2,
  edgeBrightening: 1,
  charging: 10,
  contamination: 50,
  excessNoise: 1,
  noiseColour: 0.3,
  electronicsNoise: 5,
  rowOffset: 5,
  brightnessStep: 10,
  contrastStep: 10,
  slowWave: 10,
  firstExposure: 10,
  shading: 10,
};

/** The second of two frames, 6 um out of focus and somewhat astigmatic. */
async function secondFrame(preset: string) {
  const { microscope } = simulate(preset, { psf: 'disc' });
  const step = { workingDistanceUm: 6, stigmatorX: 0.4, stigmatorY: 0 };
  await microscope.acquireFrame(request);
  await microscope.writeFocus(addFocus(await microscope.readFocus(), step));
  const frame = await microscope.acquireFrame(request);
  return { frame };
}

describe('every imperfection', () => {
  const ideal = secondFrame('ideal');

  it.each(imperfectionNames)('%s changes a frame by itself', async (name) => {
    const { frame } = await secondFrame(`ideal~${name}=${visible[name]}`);
    // The first exposure of a place is over with the first frame.
    const isOver = name === 'firstExposure';
    expect(bytes(frame).join() === bytes((await ideal).frame).join()).toBe(isOver);
  });

  it('leaves what the others have drawn as it was when it is switched off', async () => {
    const everything = imperfectionNames.map((name) => `~${name}=${visible[name]}`).join('');
    const all = await drawnFor(`ideal${everything}`);
    expect(Object.keys(all).length).toBeGreaterThan(8);
    for (const name of imperfectionNames) {
      const without = await drawnFor(`ideal${everything}~${name}=0`);
      const changed = Object.keys(all).filter(
        (key) => JSON.stringify(all[key]) !== JSON.stringify(without[key]),
      );
      expect(changed.filter((key) => !belongsTo(key, name))).toEqual([]);
    }
  });

  it('of no level at all is the ideal frame of the same beam, whatever the preset', async () => {
    const off = await secondFrame('merlin-real~all=0');
    const { beam } = presetNamed('merlin-real');
    const ideal = simulate('merlin', { preset: { ...presetNamed('merlin~all=0'), beam } });
    const step = { workingDistanceUm: 6, stigmatorX: 0.4, stigmatorY: 0 };
    await ideal.microscope.acquireFrame(request);
    await ideal.microscope.writeFocus(addFocus(await ideal.microscope.readFocus(), step));
    expect(bytes(off.frame)).toEqual(bytes(await ideal.microscope.acquireFrame(request)));
  });
});

/** What is drawn for a first frame, which may be as small as they come. */
async function drawnFor(preset: string): Promise<ExposureTruth['drawn']> {
  const { microscope, truth } = simulate(preset, { psf: 'disc' });
  await microscope.acquireFrame({ ...request, width: 32, height: 24 });
  return truth.lastExposure()?.drawn ?? {};
}

/** Which imperfection a drawn value may depend on. */
function belongsTo(key: string, name: ImperfectionName): boolean {
  const owners: Record<string, readonly ImperfectionName[]> = {
    // What changes the focus changes what a magnification that depends on it comes to.
    magnificationFactor: [
      'magnificationError',
      'magnificationWithFocus',
      'focusDrift',
      'heightTilt',
      'heightWaviness',
      'hysteresis',
      'settling',
    ],
    rotationMrad: ['affineError'],
    shearMrad: ['affineError'],
    anisotropy: ['affineError'],
    contrast: ['contrastStep'],
    positionErrorNm: ['positionError'],
    vibrationHz: ['vibration', 'mainsField'],
    vibrationPhase: ['vibration', 'mainsField'],
    vibrationXNm: ['vibration', 'mainsField'],
    vibrationYNm: ['vibration', 'mainsField'],
  };
  return owners[key]?.includes(name) ?? key.startsWith(name);
}

describe('the column', () => {
  it('with hysteresis comes to another focus from below than from above', async () => {
    const { microscope, truth } = simulate('ideal~hysteresis=0.4');
    const best = truth.bestFocus();
    const deviations: number[] = [];
    for (const from of [-10, 10]) {
      await microscope.writeFocus(
        addFocus(best, { workingDistanceUm: from, stigmatorX: 0, stigmatorY: 0 }),
      );
      await microscope.writeFocus(best);
      await microscope.acquireFrame(request);
      deviations.push(truth.lastExposure()?.deviation.workingDistanceUm ?? Number.NaN);
      expect(await microscope.readFocus()).toEqual(best);
    }
    expect(deviations[0]).toBeCloseTo(-0.4, 9);
    expect(deviations[1]).toBeCloseTo(0.4, 9);
  });

  it('with spherical aberration is sharpest at its best focus, as blurred above as below', async () => {
    const { truth } = simulate('ideal~spherical=20', { psf: 'disc' });
    const contrastAt = async (workingDistanceUm: number) => {
      const state = addFocus(truth.bestFocus(), {
        workingDistanceUm,
        stigmatorX: 0,
        stigmatorY: 0,
      });
      const long = { ...request, dwellTimeNs: 51_200 };
      return greyMoments(cropGreyImage((await truth.frameAt(state, long)).pixels).data).sd;
    };
    const [below, sharp, above] = [await contrastAt(-3), await contrastAt(0), await contrastAt(3)];
    expect(sharp).toBeGreaterThan(1.05 * Math.max(below, above));
    expect(below / above).toBeGreaterThan(0.9);
    expect(below / above).toBeLessThan(1.1);
  });

  it('that settles slowly shows the old state in a frame started too early', async () => {
    const { microscope, truth } = simulate('ideal~settling=0.2');
    const best = truth.bestFocus();
    await microscope.writeFocus({ workingDistanceUm: best.workingDistanceUm + 10 });
    await microscope.acquireFrame(request);
    const early = truth.lastExposure();
    await microscope.acquireFrame({ ...request, dwellTimeNs: 51_200 });
    await microscope.acquireFrame(request);
    const late = truth.lastExposure();
    // The settle time of the preset is one time constant.
    expect(early?.deviation.workingDistanceUm).toBeCloseTo(10 * (1 - Math.exp(-1)), 6);
    expect(late?.deviation.workingDistanceUm).toBeGreaterThan(9.5);
  });

  it('drifts out of focus with time, and the truth knows', async () => {
    const { microscope, truth } = simulate('ideal~focusDrift=100');
    const before = truth.bestFocus().workingDistanceUm;
    for (let i = 0; i < 30; i++) await microscope.moveStage({ xUm: i, yUm: 0 });
    const after = truth.bestFocus().workingDistanceUm;
    expect(Math.abs(after - before)).toBeCloseTo((100 * 30) / 3600, 6);
  });

  it('over a tilted specimen has another best focus at another place', async () => {
    const { microscope, truth } = simulate('ideal~heightTilt=20', { stage: { xUm: 0, yUm: 0 } });
    const at = async (xUm: number, yUm: number) => {
      await microscope.moveStage({ xUm, yUm });
      return truth.bestFocus().workingDistanceUm;
    };
    const middle = await at(0, 0);
    const slope = Math.hypot((await at(100, 0)) - middle, (await at(0, 100)) - middle) / 100;
    expect(slope).toBeCloseTo(0.02, 6);
  });

  it('turned by 90 degrees astigmatises the other way, and its calibration says so', async () => {
    const { truth } = simulate('ultraplus~all=0');
    const calibration = presetCalibration(presetNamed('ultraplus'));
    const wanted = { zUm: 0, aUm: 12, bUm: 0 };
    const step = deviationOfAberration(wanted, calibration.stigmatorMatrixUmPerUnit);
    const points = simulate('ultraplus~all=0', {
      specimen: createSpecimen('points', 1),
      stage: { xUm: 0, yUm: 0 },
    });
    const wide = { ...request, width: 256, height: 192, dwellTimeNs: 51_200 };
    // a alone, at z = a: M = [[0, 0], [0, 2a]], a line along y.
    const state = addFocus(points.truth.bestFocus(), { ...step, workingDistanceUm: 12 });
    const { pixels } = await points.truth.frameAt(state, wide);
    const { data } = cropGreyImage(pixels);
    let [alongX, alongY] = [0, 0];
    for (let i = 256; i < data.length - 256; i++) {
      alongX += (data[i]! - data[i - 1]!) ** 2;
      alongY += (data[i]! - data[i - 256]!) ** 2;
    }
    expect(alongX).toBeGreaterThan(1.5 * alongY);
    expect(truth.lastExposure()).toBeUndefined();
  });

  it('moves the image with the stigmators, by as much for every direction of astigmatism', async () => {
    const { microscope, truth } = simulate('ideal~stigmatorShift=6');
    const { matrixUmPerUnit } = presetNamed('ideal').stigmator;
    const shiftAt = async (zUm: number, aUm: number, bUm: number) => {
      const step = deviationOfAberration({ zUm, aUm, bUm }, matrixUmPerUnit);
      await microscope.writeFocus(addFocus(truth.bestFocus(), step));
      await microscope.acquireFrame({ ...request, width: 32, height: 24 });
      return truth.lastExposure()!.shiftNm;
    };
    const once = await shiftAt(0, 2, 0);
    const twice = await shiftAt(5, 4, 0);
    expect(Math.hypot(once.x, once.y)).toBeCloseTo(12, 6);
    expect(twice.x).toBeCloseTo(2 * once.x, 6);
    expect(twice.y).toBeCloseTo(2 * once.y, 6);
    const across = await shiftAt(0, 0, 2);
    expect(Math.hypot(across.x, across.y)).toBeCloseTo(12, 6);
    // Turned by 90 degrees, as the axes of a quadrupole are.
    expect(across.x * once.x + across.y * once.y).toBeCloseTo(0, 6);
    const none = await shiftAt(7, 0, 0);
    expect(Math.hypot(none.x, none.y)).toBeCloseTo(0, 6);
  });

  it('of a Gaussian probe cannot have coma, and says what to do', () => {
    let error: unknown;
    try {
      simulate('merlin-real', { psf: 'gaussian' });
    } catch (caught) {
      error = caught;
    }
    expect(isSemfocusError(error, 'ConfigError')).toBe(true);
    expect(String(error)).toContain('coma');
  });
});

describe('drift', () => {
  it('moves the content between two frames by what has passed', async () => {
    const { microscope } = simulate('ideal~drift=1200');
    const wide = { ...request, width: 256, height: 192, dwellTimeNs: 3200 };
    const first = cropGreyImage((await microscope.acquireFrame(wide)).pixels);
    const stage = await microscope.readStage();
    for (let i = 0; i < 9; i++) await microscope.moveStage(stage);
    const later = cropGreyImage((await microscope.acquireFrame(wide)).pixels);
    const search = { expectedXPx: 0, expectedYPx: 0, searchRadiusPx: 40 };
    const { xPx, yPx, isSignificant } = phaseCorrelation(first, later, search);
    expect(isSignificant).toBe(true);
    // 1200 nm/min for 9 s and one frame, at 10 nm per pixel.
    const { frameTimeS } = await microscope.acquireFrame(wide);
    expect(Math.hypot(xPx, yPx)).toBeCloseTo((9 + frameTimeS) * 2, 0);
  });
});

describe('the detector', () => {
  it('of 16 bit gives 16-bit frames, and averages less noise', async () => {
    const preset = presetNamed('ideal');
    const with16 = { ...preset, detector: { ...preset.detector, bitDepth: 16 as const } };
    const { microscope } = simulate('ideal', { preset: with16 });
    const frame = await microscope.acquireFrame(request);
    expect(frame.pixels.data).toBeInstanceOf(Uint16Array);
    expect((await microscope.describe()).bitDepth).toBe(16);
  });

  it('that averages takes the time and the dose of all passes', async () => {
    const preset = presetNamed('ideal');
    const averaging = { ...preset, scan: { ...preset.scan, lineAverages: 4, frameAverages: 2 } };
    const once = await simulate('ideal').microscope.acquireFrame(request);
    const { microscope } = simulate('ideal', { preset: averaging });
    const often = await microscope.acquireFrame(request);
    expect([(await microscope.describe()).passes, often.actual.passes]).toEqual([8, 8]);
    expect(often.doseElectronsPerNm2).toBeCloseTo(8 * once.doseElectronsPerNm2, 9);
    expect(often.frameTimeS - 0.1).toBeCloseTo(8 * (once.frameTimeS - 0.1), 9);
  });

  it('set by an operator shows bright spots bright, the bodies of stained tissue dark', async () => {
    const skew = async (specimen: string) => {
      const options = { specimen: createSpecimen(specimen, 5) };
      const { microscope } = simulate('merlin', options);
      const long = { ...request, width: 512, height: 384, dwellTimeNs: 6400 };
      const { data } = cropGreyImage((await microscope.acquireFrame(long)).pixels);
      return greyMoments(data).skewness;
    };
    expect(await skew('points')).toBeGreaterThan(0.3);
    expect(await skew('tissue')).toBeLessThan(-0.3);
  });

  it('of normal polarity shows stain bright, with more noise where it is brighter', async () => {
    const merlin = presetNamed('merlin');
    const specimen = createSpecimen('tissue', 5);
    const small = { ...request, width: 256, height: 192, dwellTimeNs: 100 };
    for (const polarity of ['inverted', 'normal'] as const) {
      const preset = { ...merlin, detector: { ...merlin.detector, polarity } };
      const { microscope, truth } = simulate('merlin', { preset, specimen });
      const noisy = cropGreyImage((await microscope.acquireFrame(small)).pixels).data;
      const still = { ...small, dwellTimeNs: 51_200 };
      const clean = cropGreyImage((await truth.frameAt(truth.bestFocus(), still)).pixels).data;
      const variance = (from: number, to: number) => {
        const noise = noisy.filter((_, i) => clean[i]! > from && clean[i]! <= to);
        const level = clean.filter((grey) => grey > from && grey <= to);
        return greyMoments(noise.map((grey, i) => grey - level[i]!)).sd ** 2;
      };
      const skewness = greyMoments(clean).skewness;
      const [dark, bright] = [variance(40, 90), variance(140, 190)];
      if (polarity === 'inverted') {
        expect(skewness).toBeLessThan(-0.3);
        expect(dark).toBeGreaterThan(1.1 * bright);
      } else {
        expect(skewness).toBeGreaterThan(0.3);
        expect(bright).toBeGreaterThan(1.1 * dark);
      }
    }
  });
});
