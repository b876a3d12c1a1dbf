import type { FocusState } from '../../harness/microscope/index.ts';

/** Signed residuals in a line: `+0.34 µm; −0.050, +0.012 a.u.`. */
export function residualText({ workingDistanceUm, stigmatorX, stigmatorY }: FocusState): string {
  return `${signed(workingDistanceUm)} µm; ${signed(stigmatorX)}, ${signed(stigmatorY)} a.u.`;
}

/** With a sign, to 1 nm where it is small. */
function signed(value: number): string {
  const size = Math.abs(value);
  const text = size.toFixed(size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
  return Number(text) === 0 ? text : `${value > 0 ? '+' : '−'}${text}`;
}
