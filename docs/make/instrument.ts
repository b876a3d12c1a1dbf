import {
  addFocus,
  type FocusChange,
  type FrameRequest,
  type ProbeShape,
} from '../../harness/microscope/index.ts';
import { cropGreyImage, type GreyImage } from '../../harness/numeric/index.ts';
import { createSimulatedMicroscope, createSpecimen, presetNamed } from '../../sim/index.ts';

/** Pixel size of the real frames, nm. */
export const pixelSizeNm = 10.03;
/** Convergence of the instrument's beam, mrad: nm of blur radius per um of defocus. */
export const convergenceMrad = 8.74;
/** Frames of the size of the real ones. */
const fullFrame = { width: 2048, height: 1536 } as const;
/** With 1.5 nA and 0.45 counts per electron this dwell time has the noise of the real frames. */
const realDwellTimeNs = 100;
/** The longest dwell time: shot noise of about half a grey value. */
export const slowDwellTimeNs = 51_200;

/** Places at which everything is measured; the tissue was made with 1000 to 1009. */
export const placeSeeds = [5000, 5001, 5002, 5003, 5004, 5005] as const;

/** The specimen and the instrument. */
export interface Setup {
  /** A preset, or an expression such as `merlin-real~coma=0`. */
  readonly preset: string;
  readonly psf?: ProbeShape;
  readonly specimen: string;
  /** Of the specimen, and of the instrument and all that it draws. */
  readonly seed: number;
}

/** Exposes one frame with the focus off by `deviation` from the best. */
export type Expose = (
  deviation: Partial<FocusChange>,
  frame?: Partial<FrameRequest>,
) => Promise<GreyImage>;

/** An instrument over a place of its own. Frames come from the microscope as an algorithm gets them. */
export function openInstrument({ preset, psf, specimen, seed }: Setup): Expose {
  const { microscope, truth } = createSimulatedMicroscope({
    preset: presetNamed(preset),
    ...(psf !== undefined && { psf }),
    specimen: createSpecimen(specimen, seed),
    seed,
    run: 0,
    stage: { xUm: 0, yUm: 0 },
  });
  return async (deviation, frame = {}) => {
    await microscope.writeFocus(addFocus(truth.bestFocus(), deviation));
    const { pixels } = await microscope.acquireFrame({
      ...fullFrame,
      pixelSizeNm,
      dwellTimeNs: realDwellTimeNs,
      ...frame,
    });
    return cropGreyImage(pixels);
  };
}
