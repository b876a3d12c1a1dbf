import { type Aberration, aberrationOfDeviation, type Calibration } from '../microscope/index.ts';
import { median } from '../statistics/index.ts';
import type { SeriesPair } from './pairsOf.ts';
import type { UsableFrame, UsableSeries } from './readSeries.ts';

/** What a method has read from a pair: the correction, as focal shift in um. */
export interface PairReading extends Aberration {
  readonly pair: SeriesPair;
}

/** In which state the frames of a series were taken. */
export interface SeriesStates {
  /** How far a frame is from focus; of frames of no pair only where the knobs say it. */
  readonly stateOf: (frame: UsableFrame) => Aberration;
  /** `stated` by the manifest, or `inferred` from what the methods have read: their median. */
  readonly distance: 'stated' | 'inferred';
  readonly astigmatism: 'stated' | 'inferred';
}

type Matrix = Calibration['stigmatorMatrixUmPerUnit'];

/**
 * How far from focus each frame of a series is: as the knobs say it if the manifest names the focus; otherwise
 * the focus is where the methods see it, at each place and for each setting of the stigmators.
 *
 * @param matrix - The stigmator matrix of the instrument; `null` if it is not known.
 * @returns nothing if the focus is not named and no method has read anything.
 */
export function seriesStates(
  { inFocusAt, frames }: Pick<UsableSeries, 'inFocusAt' | 'frames'>,
  matrix: Matrix | null,
  readings: readonly PairReading[],
): SeriesStates | undefined {
  const astigmatismByKnobs = frames.map((frame) => knobAstigmatism(frame, inFocusAt, matrix));
  const isAstigmatismStated = astigmatismByKnobs.every((known) => known !== undefined);
  if (readings.length === 0 && (inFocusAt === null || !isAstigmatismStated)) return undefined;
  const focusUm = (place: string): number =>
    inFocusAt?.workingDistanceUm ??
    median(
      among(readings, ({ pair }) => pair.under.place === place).map(
        ({ pair, zUm }) => pair.midwayUm + zUm,
      ),
    );
  const astigmatism = (frame: UsableFrame) => {
    const known = isAstigmatismStated ? astigmatismByKnobs[frames.indexOf(frame)] : undefined;
    if (known !== undefined) return known;
    const alike = among(
      readings,
      ({ pair: { under } }) =>
        under.stigmatorX === frame.stigmatorX && under.stigmatorY === frame.stigmatorY,
    );
    return { aUm: -median(alike.map(({ aUm }) => aUm)), bUm: -median(alike.map(({ bUm }) => bUm)) };
  };
  return {
    stateOf: (frame) => ({
      zUm: frame.workingDistanceUm - focusUm(frame.place),
      ...astigmatism(frame),
    }),
    distance: inFocusAt === null ? 'inferred' : 'stated',
    astigmatism: isAstigmatismStated ? 'stated' : 'inferred',
  };
}

/** Those that fit, or all where none does. */
function among(
  readings: readonly PairReading[],
  fits: (reading: PairReading) => boolean,
): readonly PairReading[] {
  const fitting = readings.filter(fits);
  return fitting.length > 0 ? fitting : readings;
}

function knobAstigmatism(
  { stigmatorX, stigmatorY }: UsableFrame,
  inFocusAt: UsableSeries['inFocusAt'],
  matrix: Matrix | null,
): Pick<Aberration, 'aUm' | 'bUm'> | undefined {
  if (inFocusAt === null || inFocusAt.stigmatorX === null || inFocusAt.stigmatorY === null)
    return undefined;
  if (stigmatorX === null || stigmatorY === null) return undefined;
  const [x, y] = [stigmatorX - inFocusAt.stigmatorX, stigmatorY - inFocusAt.stigmatorY];
  // No turn of the stigmators, no astigmatism, whatever the matrix.
  if (x === 0 && y === 0) return { aUm: 0, bUm: 0 };
  if (matrix === null) return undefined;
  const { aUm, bUm } = aberrationOfDeviation(
    { workingDistanceUm: 0, stigmatorX: x, stigmatorY: y },
    matrix,
  );
  return { aUm, bUm };
}
