/** Of a frame that is shown, px: a card of the page is not wider. */
export const runFrameSidePx = 400;
