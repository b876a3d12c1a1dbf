/** The checks of a microscope, in the order of the report. */
export const microscopeCheckNames = [
  'description',
  'blanking',
  'settling',
  'hysteresis',
  'moves-show',
  'working-distance',
  'stigmator-x',
  'stigmator-y',
  'reduced-raster',
  'pixel-size',
  'scan-rotation',
  'polarity',
  'dwell',
  'range',
  'dose',
  'brightness',
  'read-back',
  'frame-format',
  'picture',
  'fresh-frames',
  'answers',
  'put-back',
] as const;
export type MicroscopeCheckName = (typeof microscopeCheckNames)[number];

/** The requirement of each check, in one line. */
export const microscopeQuestions: Readonly<Record<MicroscopeCheckName, string>> = {
  description: 'units, ranges, steps, settle times and choices are stated and agree',
  blanking: 'the beam can be blanked, and a frame after it shows the specimen',
  settling: 'a frame right after a set equals a later one of that state',
  hysteresis: 'a frame of a state is the same from below, from above and after other moves',
  'moves-show': 'a frame after a move differs from the one before',
  'working-distance': 'a known step of the working distance is seen with its sign and size',
  'stigmator-x': 'a known step of stigmator x is seen as astigmatism',
  'stigmator-y': 'a known step of stigmator y is seen as astigmatism along another axis',
  'reduced-raster': 'a reduced raster shows that part of the full frame, the right way up',
  'pixel-size': 'a stage move shifts the picture by as many pixels as it should',
  'scan-rotation': 'x and y of the stage are x and y of the picture, up to a rotation',
  polarity: 'bright or dark stands for many electrons, as the noise tells',
  dwell: 'the dwell time is kept as asked, and the noise falls with it as it must',
  range: 'refuses values out of range, and nothing moves',
  dose: 'states the dose of current, dwell time, passes and pixel size',
  brightness: 'frames of one dwell time keep their brightness',
  'read-back': 'reads back working distance and stigmators as set, from both directions',
  'frame-format': 'frames have the size, pixel size and bit depth asked for',
  picture: 'no frame is black, saturated or cut off',
  'fresh-frames': 'no frame repeats the one before, in whole or in part',
  answers: 'every call is answered in time, none ends in an error of the device',
  'put-back': 'the start is back as read and as a frame shows, the beam is blanked',
};

/** The result of one check of a microscope. */
export interface MicroscopeCheck {
  readonly name: MicroscopeCheckName;
  /** `not-told`: neither good nor bad; `finding` says why. */
  readonly result: 'passed' | 'failed' | 'not-told';
  /** The observation; of a failure the fault. */
  readonly finding?: string;
  /** Of a failure: the remedy. */
  readonly advice?: string;
}
