/** Properties of one number that an instrument can report or be set to. */
export interface ParameterDescription {
  /** Unit of `min`, `max`, `step` and `choices`. */
  readonly unit: string;
  readonly min?: number;
  readonly max?: number;
  /** Smallest change that the instrument can make. */
  readonly step?: number;
  /** The only values allowed, ascending; absent where any value of the range is. */
  readonly choices?: readonly number[];
  /** Time to wait after a change until the column is quiet, in s. */
  readonly settleTimeS: number;
  readonly settable: boolean;
  /** Largest difference between a value set and the value read back that counts as equal. */
  readonly readBackTolerance?: number;
}

/** The parameters that every microscope describes. */
export type ParameterName =
  | 'workingDistanceUm'
  | 'stigmatorX'
  | 'stigmatorY'
  | 'stageXUm'
  | 'stageYUm'
  | 'width'
  | 'height'
  | 'pixelSizeNm'
  | 'dwellTimeNs';

/** Identity and abilities of a microscope, known before any call. */
export interface MicroscopeDescription {
  readonly name: string;
  /** False for anything that can damage a specimen. */
  readonly isSimulated: boolean;
  readonly beamCurrentNanoAmp: number;
  /** How often every pixel is scanned for one frame: line averages times frame averages. */
  readonly passes: number;
  readonly bitDepth: 8 | 16;
  readonly canBlankBeam: boolean;
  readonly parameters: Readonly<Record<ParameterName, ParameterDescription>>;
}
