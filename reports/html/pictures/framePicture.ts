import { Buffer } from 'node:buffer';
import { escapeHtml } from '../../words/index.ts';
import { pngSize } from './pngSize.ts';

const scaleBarNm = 500;
/** Wider images are shown px by px around their centre: defocus does not survive shrinking. */
const shownWhole = 320;

/** A frame to look at. */
export interface FramePicture {
  readonly png: Uint8Array;
  /** In bold: when the frame was taken. */
  readonly title: string;
  readonly caption: string;
  readonly pixelSizeNm: number;
  /** SVG to lay over it, of a picture of this size. */
  readonly overlay?: (shown: { readonly width: number; readonly height: number }) => string;
  /** Shown px by px however small it is. */
  readonly isPxByPx?: boolean;
}

/** A frame with a scale bar and a caption. */
export function framePicture({
  png,
  title,
  caption,
  pixelSizeNm,
  overlay = () => '',
  isPxByPx = false,
}: FramePicture): string {
  const size = pngSize(png);
  const text = `<figcaption><b>${escapeHtml(title)}</b>${escapeHtml(caption)}</figcaption>`;
  if (size === undefined) {
    return `<figure><div class="undrawable">Not a PNG file.</div>${text}</figure>`;
  }
  const barPx = scaleBarNm / pixelSizeNm;
  const isWhole = !isPxByPx && size.width <= shownWhole;
  const length = isWhole ? `${((100 * barPx) / size.width).toFixed(2)}%` : `${barPx.toFixed(1)}px`;
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  return (
    `<figure><div class="frame${isWhole ? '' : ' cropped'}">` +
    `<img src="${source}" width="${size.width}" height="${size.height}" alt="${escapeHtml(title)}">${overlay(size)}` +
    `<i class="scale" style="width:${length}"><span>${scaleBarNm} nm</span></i></div>${text}</figure>`
  );
}
