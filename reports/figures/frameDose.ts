import type { FigureGroup } from './FigureInput.ts';

/** On the specimen, of one frame of a group, e/nm²; 0 where no frame was taken. */
export function frameDose({ records }: Pick<FigureGroup, 'records'>): number {
  for (const { iterations } of records) {
    const row = iterations.find(({ framesTotal }) => framesTotal > 0);
    if (row) return Number((row.doseElectronsPerNm2Total / row.framesTotal).toPrecision(4));
  }
  return 0;
}
