/// <reference path="./opentype.d.ts" />
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Font } from 'opentype.js';
import { Coverage } from './Coverage.ts';

/** A font in one size, for labels in images. */
export interface LabelFont {
  /** From one baseline to the next, px. */
  readonly lineHeightPx: number;
  /** Advance of a line of text, px, rounded up. */
  widthPx(text: string): number;
  /**
   * Draws a line of text, smooth at its edges.
   *
   * @param place - Upper left corner of the line, whole px.
   * @param paint - Called for every pixel of the text with the share of it that is ink, in (0, 1].
   */
  draw(
    text: string,
    place: { readonly x: number; readonly y: number },
    paint: (x: number, y: number, share: number) => void,
  ): void;
}

/** Readable at 1:1, and no wider than a tile of 64 px with a working distance above it. */
const sizePx = 14;

const fontFile = '@fontsource/ibm-plex-sans/files/ibm-plex-sans-latin-400-normal.woff';

/** Straight pieces for each curve of an outline: at this size more cannot be seen. */
const piecesOfCurve = 4;

/**
 * IBM Plex Sans at 14 px: Latin-1, and of other characters those of a state in the field's notation
 * (−, –, ², µ, ±, ×). What it lacks is drawn as an empty box.
 */
export async function openLabelFont(): Promise<LabelFont> {
  // Loaded for a sheet alone: 20 ms that every other command would pay as well.
  const { default: opentype } = await import('opentype.js');
  const file = await readFile(createRequire(import.meta.url).resolve(fontFile));
  const font = opentype.parse(new Uint8Array(file).buffer);
  const lineHeightPx = Math.ceil(((font.ascender - font.descender) / font.unitsPerEm) * sizePx);
  const baselinePx = Math.round((font.ascender / font.unitsPerEm) * sizePx);
  const widthPx = (text: string) => Math.ceil(font.getAdvanceWidth(text, sizePx));
  return {
    lineHeightPx,
    widthPx,
    draw(text, place, paint) {
      const coverage = new Coverage(widthPx(text), lineHeightPx);
      addOutline(coverage, font.getPath(text, 0, baselinePx, sizePx).commands);
      coverage.forEach((x, y, share) => {
        paint(place.x + x, place.y + y, share);
      });
    },
  };
}

function addOutline(coverage: Coverage, commands: ReturnType<Font['getPath']>['commands']): void {
  let start = { x: 0, y: 0 };
  let last = start;
  const lineTo = (x: number, y: number) => {
    coverage.addEdge(last.x, last.y, x, y);
    last = { x, y };
  };
  for (const command of commands) {
    if (command.type === 'M') {
      start = { x: command.x, y: command.y };
      last = start;
      continue;
    }
    if (command.type === 'Z') {
      lineTo(start.x, start.y);
      continue;
    }
    const from = last;
    const pieces = command.type === 'L' ? 1 : piecesOfCurve;
    for (let i = 1; i <= pieces; i++) {
      const t = i / pieces;
      const s = 1 - t;
      switch (command.type) {
        case 'L':
          lineTo(command.x, command.y);
          break;
        case 'Q': {
          const { x, y, x1, y1 } = command;
          lineTo(
            s * s * from.x + 2 * s * t * x1 + t * t * x,
            s * s * from.y + 2 * s * t * y1 + t * t * y,
          );
          break;
        }
        case 'C': {
          const { x, y, x1, y1, x2, y2 } = command;
          const [a, b, c, d] = [s ** 3, 3 * s * s * t, 3 * s * t * t, t ** 3];
          lineTo(a * from.x + b * x1 + c * x2 + d * x, a * from.y + b * y1 + c * y2 + d * y);
          break;
        }
      }
    }
  }
}
