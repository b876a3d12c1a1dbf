import { dashLengths, strokeSymbols, symbolPath } from '../chart/index.ts';
import { seriesIndices, seriesLook } from '../html/series.ts';

const markerRadiusPx = 3.6;

/**
 * A script for the live pages: how their algorithms look, in their order, as the report draws them.
 * Each has the index of a colour, the path of a marker around (0, 0), whether that path is to be
 * stroked instead of filled, and the dash of its line.
 */
export function looksScript(algorithms: readonly string[]): string {
  const indices = seriesIndices(algorithms);
  const looks = algorithms.map((name) => {
    const { colour, symbol, dash } = seriesLook(indices.get(name) ?? 0);
    return {
      colour,
      path: symbolPath(symbol, 0, 0, markerRadiusPx),
      isStroke: strokeSymbols.includes(symbol),
      dash: dashLengths[dash],
    };
  });
  return `export const looks = ${JSON.stringify(looks)};\n`;
}
