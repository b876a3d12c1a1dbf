import type { Frame, FrameRequest, GreyPixels } from '../microscope/index.ts';
import { cropGreyImage, greyPixels } from '../numeric/index.ts';

/** A frame, and the working distance that was read back for it, um. */
export interface Look {
  readonly workingDistanceUm: number;
  readonly pixels: GreyPixels;
}

const kept = 2;

/**
 * Keeps the latest two frames that are like the one requested: of others there is nothing to compare.
 *
 * @returns the list, live, and what adds a frame to it.
 */
export function latestLooks({ width, height, pixelSizeNm, dwellTimeNs }: FrameRequest): {
  readonly looks: readonly Look[];
  readonly add: (frame: Frame) => void;
} {
  const looks: Look[] = [];
  return {
    looks,
    add({ pixels, request, actual }) {
      if (pixels.size !== width * height) return;
      if (request.pixelSizeNm !== pixelSizeNm || request.dwellTimeNs !== dwellTimeNs) return;
      looks.push({ workingDistanceUm: actual.focus.workingDistanceUm, pixels: copied(pixels) });
      if (looks.length > kept) looks.shift();
    },
  };
}

/** An algorithm may change the frame that it is handed. */
function copied(pixels: GreyPixels): GreyPixels {
  const { data, width, height } = cropGreyImage(pixels);
  const Grey = pixels.data instanceof Uint16Array ? Uint16Array : Uint8Array;
  return greyPixels(Grey.from(data), width, height);
}
