import { dashLengths, isStroke, symbolPath } from '../symbolPath.ts';
import { seriesIndices, seriesLook } from './algorithmLooks.ts';

const markerRadiusPx = 3.6;

/** How an algorithm looks on a live page. */
export interface Look {
  /** Index of a colour of the style sheet. */
  readonly colour: number;
  /** Of a marker around (0, 0). */
  readonly path: string;
  /** Whether the path is to be stroked instead of filled. */
  readonly isStroke: boolean;
  /** Of the line. */
  readonly dash: readonly number[];
}

/**
 * A script for the live pages: how their algorithms look, in their order, as the report draws them.
 */
export function looksScript(algorithms: readonly string[]): string {
  const indices = seriesIndices(algorithms);
  const looks = algorithms.map((name): Look => {
    const { colour, symbol, dash } = seriesLook(indices.get(name) ?? 0);
    return {
      colour,
      path: symbolPath(symbol, 0, 0, markerRadiusPx),
      isStroke: isStroke(symbol),
      dash: dashLengths[dash],
    };
  });
  return `export const looks = ${JSON.stringify(looks)};\n`;
}
