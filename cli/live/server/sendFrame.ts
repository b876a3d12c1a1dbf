import type { ServerResponse } from 'node:http';
import { send } from './send.ts';
import type { ShownFrame } from './shownFrame.ts';

/** As much of a frame as is sent. */
type ShownPixels = Pick<ShownFrame, 'number' | 'width' | 'height'> & { readonly grey: Uint8Array };

/**
 * The pixels of a frame, with `number width height` in the header `X-Frame`.
 *
 * @param isGone - Whether a frame that is not there was there before: a slow page may ask for it, and that is no
 *   error. It is answered with 204, any other with 404.
 */
export function sendFrame(
  response: ServerResponse,
  frame: ShownPixels | undefined,
  isGone = false,
): void {
  if (frame === undefined) {
    if (isGone) send(response, 204, 'application/octet-stream', '');
    else send(response, 404, 'text/plain; charset=utf-8', 'no such frame\n');
    return;
  }
  const { number, width, height, grey } = frame;
  send(response, 200, 'application/octet-stream', grey, {
    'X-Frame': `${number} ${width} ${height}`,
  });
}
