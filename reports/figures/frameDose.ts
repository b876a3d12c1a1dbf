import type { TrajectoryRecord } from '../../harness/record/index.ts';
import type { FigureGroup } from './FigureInput.ts';

/**
 * Of one frame with the pixels of its setting, e/nm²; 0 where no frame was taken. Loops that expose parts of
 * it, or larger pixels, have the same.
 */
export function frameDose({ records }: Pick<FigureGroup, 'records'>): number {
  for (const record of records) {
    const electrons = electronsPerPixel(record);
    if (electrons === undefined) continue;
    return Number((electrons / record.scenario.frame.pixelSizeNm ** 2).toPrecision(4));
  }
  return 0;
}

/** Of any frame of a trajectory; undefined where none was taken. */
export function electronsPerPixel({ iterations }: TrajectoryRecord): number | undefined {
  const row = iterations.find(({ pixelsTotal }) => pixelsTotal > 0);
  return row && row.electronsTotal / row.pixelsTotal;
}
