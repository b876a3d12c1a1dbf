import { dashLengths, strokeSymbols, symbolPath } from '../chart/index.ts';
import { differentLooks, seriesLook } from '../html/series.ts';

const markerRadiusPx = 3.6;

/**
 * A script for the live pages: how algorithms look, by their index, as the report draws them. Each
 * has the index of a colour, the path of a marker around (0, 0), whether that path is to be
 * stroked instead of filled, and the dash of its line.
 */
export function looksScript(): string {
  const looks = Array.from({ length: differentLooks }, (_, index) => {
    const { colour, symbol, dash } = seriesLook(index);
    return {
      colour,
      path: symbolPath(symbol, 0, 0, markerRadiusPx),
      isStroke: strokeSymbols.includes(symbol),
      dash: dashLengths[dash],
    };
  });
  return `export const looks = ${JSON.stringify(looks)};\n`;
}
