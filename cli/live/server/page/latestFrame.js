// Frames of the microscope, always the newest: what was overtaken is never asked for.

/**
 * @typedef {object} GreyFrame
 * @property {number} number - Counts up.
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} grey - Row by row.
 */

/**
 * Shows the frames that a stream of events tells of. One is fetched at a time, and none while
 * nobody can see the page.
 *
 * @template {{ readonly number: number }} Told
 * @param {object} parts
 * @param {(told: Told) => Promise<GreyFrame | undefined>} parts.pixelsOf - Fetches the frame told of, or a newer one.
 * @param {(frame: GreyFrame) => void} parts.draw
 * @param {(told: Told) => void} parts.label - Handed what the event has told, when that very frame, or a newer one, is drawn.
 * @returns what takes a frame that was told of.
 */
export function latestFrame({ pixelsOf, draw, label }) {
  /** @type {Told | undefined} */
  let newest;
  let drawn = 0;
  let isFetching = false;

  async function fetchAll() {
    isFetching = true;
    while (newest !== undefined && drawn < newest.number && !document.hidden) {
      const told = newest;
      const frame = await pixelsOf(told);
      if (frame === undefined) {
        // Gone, unless another one has come meanwhile.
        if (newest === told) break;
        continue;
      }
      drawn = frame.number;
      draw(frame);
      label(newest.number === drawn ? newest : told);
    }
    isFetching = false;
  }
  document.addEventListener('visibilitychange', () => {
    if (newest !== undefined && !isFetching) void fetchAll();
  });
  /** @param {Told} frame */
  return (frame) => {
    // Another server has begun to count anew.
    if (newest !== undefined && frame.number < newest.number) drawn = 0;
    newest = frame;
    if (frame.number === drawn) label(frame);
    else if (!isFetching) void fetchAll();
  };
}

/**
 * One frame; `undefined` where it cannot be had.
 *
 * @param {string} url
 * @returns {Promise<GreyFrame | undefined>}
 */
export async function fetchFrame(url) {
  const response = await fetch(url).catch(() => undefined);
  return response && frameIn(response);
}

/**
 * The frame that an answer brings; `undefined` where it brings none.
 *
 * @param {Response} response
 * @returns {Promise<GreyFrame | undefined>}
 */
export async function frameIn(response) {
  if (response.status !== 200) return undefined;
  const [number = 0, width = 0, height = 0] =
    response.headers.get('X-Frame')?.split(' ').map(Number) ?? [];
  const grey = await response.arrayBuffer().catch(() => undefined);
  return grey && { number, width, height, grey: new Uint8Array(grey) };
}
