import type { FrameRequest, Rectangle } from '../../microscope/index.ts';

const previewWidth = 480;
const previewHeight = 360;

/** What of a frame is kept to be looked at: the middle of the field. */
export function previewRegion(frame: Pick<FrameRequest, 'width' | 'height'>): Rectangle {
  const width = Math.min(previewWidth, frame.width);
  const height = Math.min(previewHeight, frame.height);
  const x = Math.floor((frame.width - width) / 2);
  const y = Math.floor((frame.height - height) / 2);
  return { x, y, width, height };
}
