import { cropOfImage, type GreyImage, phaseCorrelation } from '../../../harness/numeric/index.ts';
import { deviationOf, meanOf } from '../Estimate.ts';
import { openInstrument, pixelSizeNm, placeSeeds } from '../instrument.ts';
import { bound, interval, place, type Row, rowMaker } from '../Row.ts';
import { type AffineFit, affineFit, gridOf } from './affineFit.ts';
import { type Motion, motionBetween } from './motionBetween.ts';

/** Enough blur for displacements of a pixel to be small against it. */
const softUm = 2;
const fastFrames = 4;
const referenceDwellNs = 12_800;
/** The working distances between which shift and magnification are compared, um. */
const [shortUm, longUm] = [-5, 5];
const registrationDwellNs = 400;
const blockPx = 256;
/** For registration, and for motion in the course of as many rows as a full frame has. */
const smallFrame = { width: 1024, height: 768 } as const;
const tallFrame = { width: 1024, height: 1536 } as const;

/** Section "geometry": frames of tissue registered with one another. */
export async function measureGeometry(): Promise<Row[]> {
  const [real, plain] = [await measure('merlin-real'), await measure('merlin')];
  const row = rowMaker(real, plain, (all, name: keyof typeof real) => all[name]);
  const registered = `phase correlation of blocks of ${blockPx} px, frames ${shortUm} and +${longUm} µm off`;
  const pairs = `${fastFrames} frames a place against a slow one, position error off; least squares on gradients`;
  return [
    row('image shift with WD, along y', 'nm/µm', place(15.5, 16.5, '16'), 'shiftY', registered),
    row('image shift with WD, along x', 'nm/µm', place(1, 2), 'shiftX', registered),
    row(
      'position error between frames beyond that',
      'nm',
      interval(8.5, 17.5, '13 (three frames: ± 35 %)'),
      'position',
      'the same, frames of one focus: mean distance',
    ),
    row(
      'magnification with WD',
      '1e-3 per 10 µm',
      bound(0.2),
      'focusMagnification',
      `${registered}: size of the mean`,
    ),
    row(
      'magnification between frames',
      '1e-3 SD per frame',
      interval(0.14, 0.34, '0.24 (three frames: ± 40 %)'),
      'magnification',
      pairs,
    ),
    row('rotation', '1e-3 SD per frame', bound(0.3), 'rotation', pairs),
    row('shear', '1e-3 SD per frame', bound(0.3), 'shear', pairs),
    row('anisotropy', '1e-3 SD per frame', bound(0.3), 'anisotropy', pairs),
    row(
      'drift during a frame, linear',
      'nm',
      bound(2),
      'drift',
      `${pairs}; affine errors and distortion off too: they look the same`,
    ),
    row(
      'drift during a frame, beyond',
      'nm rms',
      bound(1),
      'course',
      `${pairs}; squares of 1 µm averaged along x`,
    ),
    row(
      'row jitter along x',
      'px',
      bound(0.12),
      'jitterX',
      `${pairs}; covariance of left and right halves of a row`,
    ),
    row('row jitter along y', 'px', bound(0.1, '≤ 0.10'), 'jitterY', 'the same'),
    row(
      'vibration, strongest line',
      'px amplitude',
      bound(0.15),
      'line',
      `${pairs}; 3–60 cycles per frame`,
    ),
    row(
      'smooth distortion, 1 µm scale',
      'px rms per frame',
      bound(0.2),
      'distortion',
      `${pairs}; squares of 1 µm beyond the affine part`,
    ),
  ];
}

async function measure(preset: string) {
  const across: AffineFit[] = [];
  const alike: AffineFit[] = [];
  for (const seed of placeSeeds) {
    const expose = openInstrument({ preset, specimen: 'tissue', seed });
    const frames: GreyImage[] = [];
    for (const workingDistanceUm of [shortUm, longUm, shortUm, longUm]) {
      frames.push(
        await expose({ workingDistanceUm }, { ...smallFrame, dwellTimeNs: registrationDwellNs }),
      );
    }
    const [a, b, c, d] = frames as [GreyImage, GreyImage, GreyImage, GreyImage];
    across.push(registered(a, b, expectedShiftPx), registered(c, d, expectedShiftPx));
    alike.push(registered(a, c, 0), registered(b, d, 0));
  }
  const motions = await motionsOf(`${preset}~positionError=0`, fastFrames);
  const drifting = await motionsOf(
    `${preset}~positionError=0~affineError=0~magnificationError=0~smoothDistortion=0`,
    2,
  );
  const distanceUm = longUm - shortUm;
  const perUm = (px: number) => (px * pixelSizeNm) / distanceUm;
  const scale = ({ xx, yy }: AffineFit) => (1e3 * (xx + yy)) / 2;
  const focusMagnification = meanOf(across.map((fit) => (10 / distanceUm) * scale(fit)));
  const ofMotions = (value: (motion: Motion) => number, from = motions) =>
    deviationOf(from.map(value), Math.SQRT2);
  const ofPair = (value: (fit: AffineFit) => number) => ofMotions(({ affine }) => value(affine));
  const rms = (value: (motion: Motion) => number) =>
    ofMotions((motion) => Math.sqrt(Math.max(0, value(motion))));
  const frameNm = tallFrame.height * pixelSizeNm;
  return {
    shiftX: meanOf(across.map(({ shiftX }) => perUm(shiftX))),
    shiftY: meanOf(across.map(({ shiftY }) => perUm(shiftY))),
    position: meanOf(alike.map(({ shiftX, shiftY }) => pixelSizeNm * Math.hypot(shiftX, shiftY))),
    focusMagnification: { ...focusMagnification, centre: Math.abs(focusMagnification.centre) },
    magnification: ofPair(scale),
    rotation: ofPair(({ xy, yx }) => (1e3 * (yx - xy)) / 2),
    shear: ofPair(({ xy, yx }) => 1e3 * (xy + yx)),
    anisotropy: ofPair(({ xx, yy }) => 1e3 * (xx - yy)),
    drift: ofMotions(({ affine: { xy, yy } }) => frameNm * Math.hypot(xy, yy), drifting),
    course: ofMotions(({ courseRmsPx }) => pixelSizeNm * courseRmsPx),
    jitterX: rms(({ jitterXPx2 }) => jitterXPx2),
    jitterY: rms(({ jitterYPx2 }) => jitterYPx2),
    line: ofMotions(({ linePx }) => linePx),
    distortion: rms(({ distortionPx2 }) => distortionPx2),
  };
}

/** About what 10 um of working distance move the image by, along y. */
const expectedShiftPx = 15;

function registered(first: GreyImage, second: GreyImage, expectedYPx: number): AffineFit {
  const search = { expectedXPx: 0, expectedYPx, searchRadiusPx: 8 };
  const shifts = gridOf(first, blockPx, 0).map(({ u, v, part }) => {
    const found = phaseCorrelation(cropOfImage(first, part), cropOfImage(second, part), search);
    return { u, v, x: found.xPx, y: found.yPx };
  });
  return affineFit(shifts);
}

async function motionsOf(preset: string, frames: number): Promise<Motion[]> {
  const motions: Motion[] = [];
  for (const seed of placeSeeds) {
    const expose = openInstrument({ preset, specimen: 'tissue', seed });
    const soft = { workingDistanceUm: softUm };
    const reference = await expose(soft, { ...tallFrame, dwellTimeNs: referenceDwellNs });
    for (let i = 0; i < frames; i += 2) {
      const first = await expose(soft, tallFrame);
      motions.push(motionBetween(first, await expose(soft, tallFrame), reference));
    }
  }
  return motions;
}
