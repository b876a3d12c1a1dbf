import type { FocusChange } from '../../harness/microscope/index.ts';
import { signed } from '../terminal/signed.ts';

/** What a series varies; every combination is one frame. Each list has at least one value. */
export interface SeriesAxes {
  /** Working distance minus best focus, um. */
  readonly wd: readonly number[];
  /** Stigmators minus their best settings, in units of the instrument. */
  readonly stigX: readonly number[];
  readonly stigY: readonly number[];
  /** Dwell time, ns. */
  readonly dwell: readonly number[];
}

/** How one frame of a series is taken. */
export interface SeriesFrame {
  /** Set state minus best focus. */
  readonly deviation: FocusChange;
  readonly dwellTimeNs: number;
}

/** Every combination of the values, the last axis fastest. */
export function framesOf({ wd, stigX, stigY, dwell }: SeriesAxes): SeriesFrame[] {
  return wd.flatMap((workingDistanceUm) =>
    stigX.flatMap((stigmatorX) =>
      stigY.flatMap((stigmatorY) =>
        dwell.map((dwellTimeNs) => ({
          deviation: { workingDistanceUm, stigmatorX, stigmatorY },
          dwellTimeNs,
        })),
      ),
    ),
  );
}

/** `wd+5_sx-1_sy+0_dwell200`, with those parameters only that the series varies. */
export function fileStem(frame: SeriesFrame, { wd, stigX, stigY, dwell }: SeriesAxes): string {
  const { workingDistanceUm, stigmatorX, stigmatorY } = frame.deviation;
  const axes = [
    { values: wd, text: `wd${signed(workingDistanceUm)}` },
    { values: stigX, text: `sx${signed(stigmatorX)}` },
    { values: stigY, text: `sy${signed(stigmatorY)}` },
    { values: dwell, text: `dwell${frame.dwellTimeNs}` },
  ];
  const varied = axes.filter(({ values }) => values.length > 1);
  return (varied.length > 0 ? varied : axes.slice(0, 1)).map(({ text }) => text).join('_');
}
