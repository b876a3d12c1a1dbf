import { escapeHtml } from '../words/index.ts';
import { type Box, contains, overlaps } from './Box.ts';
import { px } from './svg.ts';
import type { Theme } from './Theme.ts';
import { textWidth } from './textWidth.ts';

/** A text that wants to stand somewhere in a panel. */
export interface Wish {
  readonly x: number;
  /** Middle of the line of text. */
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly colour: string;
}

/**
 * Places texts in a panel so that none covers another or leaves the panel: each moves up or down until
 * it finds room, and one that finds none is left out.
 */
export class Labels {
  readonly #within: Box;
  readonly #theme: Theme;
  readonly #taken: Box[] = [];

  constructor(within: Box, theme: Theme) {
    this.#within = within;
    this.#theme = theme;
  }

  /** The SVG of a text, or nothing. */
  place({ x, y, text, anchor, colour }: Wish): string {
    const size = 0.92 * this.#theme.fontSize;
    const width = textWidth(text, size);
    const height = 1.15 * size;
    const shift = { start: 0, middle: -width / 2, end: -width }[anchor];
    const least = this.#within.left + 2;
    const left = Math.min(
      Math.max(x + shift, least),
      this.#within.left + this.#within.width - width - 2,
    );
    for (const step of [0, -1, 1, -2, 2, -3, 3]) {
      const box = { left, top: y - height / 2 + step * height, width, height };
      if (!contains(this.#within, box) || this.#taken.some((other) => overlaps(other, box))) {
        continue;
      }
      this.#taken.push(box);
      const baseline = box.top + 0.78 * height;
      // A rim in the colour of the page keeps it readable across lines.
      return `<text x="${px(left)}" y="${px(baseline)}" font-size="${px(size)}" fill="${colour}" stroke="${this.#theme.colour('page')}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">${escapeHtml(text)}</text>`;
    }
    return '';
  }
}
