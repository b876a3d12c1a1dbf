import { Buffer } from 'node:buffer';
import type { Flip } from '../../../harness/gate/index.ts';
import type { TrajectoryRecord } from '../../../harness/record/index.ts';
import { residualText } from '../../words/index.ts';
import { croppedPng } from './croppedPng.ts';
import { type FramePicture, framePicture } from './framePicture.ts';
import type { PreviewPngs } from './PreviewPngs.ts';

/** One of the runs that are compared. */
export interface FlipSide {
  readonly name: string;
  readonly records: ReadonlyMap<string, TrajectoryRecord>;
  readonly images: ReadonlyMap<string, PreviewPngs>;
}

/** Kept part of a frame: enough to judge focus by, a quarter of the bytes. */
const [widthPx, heightPx] = [240, 180];

/**
 * What both runs made of one scenario: before, after and in focus. Where both began with the very
 * same frame, as they do unless their instruments differ, it is shown once.
 *
 * @returns Empty where neither side has kept frames.
 */
export function flipPictures(flip: Flip, candidate: FlipSide, base: FlipSide): string {
  const sides = [seen(base, flip.baseKey), seen(candidate, flip.key)].flatMap((one) => one ?? []);
  const pictures = (['before', 'after', 'inFocus'] as const).flatMap((moment) => {
    const [first, second] = sides;
    const isShared =
      first !== undefined &&
      second !== undefined &&
      moment !== 'after' &&
      Buffer.compare(first.files[moment], second.files[moment]) === 0;
    return isShared
      ? [pictureOf(moment, { ...first, name: 'both runs' })]
      : sides.map((side) => pictureOf(moment, side));
  });
  if (pictures.length === 0) return '';
  return `<div class="pictures">${pictures.map(framePicture).join('')}</div>`;
}

interface Seen {
  readonly name: string;
  readonly record: TrajectoryRecord;
  readonly files: PreviewPngs;
}

function seen({ name, records, images }: FlipSide, key: string): Seen | undefined {
  const [record, files] = [records.get(key), images.get(key)];
  return record && files && { name, record, files };
}

function pictureOf(moment: keyof PreviewPngs, { name, record, files }: Seen): FramePicture {
  const { iterations, outcome, scenario } = record;
  const residual = iterations.at(moment === 'before' ? 0 : -1)?.residual;
  const titles = { before: 'before', after: `after, ${outcome}`, inFocus: 'in focus' };
  return {
    png: croppedPng(files[moment], widthPx, heightPx),
    title: `${name}: ${titles[moment]}`,
    caption: moment === 'inFocus' || residual === undefined ? '' : residualText(residual),
    pixelSizeNm: scenario.frame.pixelSizeNm,
    isPxByPx: true,
  };
}
