import { type ComparedFigure, type SimToReal, simToRealLimits } from '../summary/index.ts';
import { settingParts } from './conditionLabel.ts';
import { formatNumber } from './formatNumber.ts';
import { printable } from './printable.ts';

/** The verdict in a sentence, with R and how many figures are inside. */
export function simToRealSentence({ measured, simulated, figures, r, verdict }: SimToReal): string {
  const sim = printable(settingParts(simulated).join(', '));
  const instrument = printable(measured.preset);
  if (r === null) {
    return `${measured.suite}: nothing that was measured on ${instrument} can be compared with three simulated trajectories of ${sim} or more.`;
  }
  const decided = figures.filter(({ isInside }) => isInside !== null);
  const inside = decided.filter(({ isInside }) => isInside).length;
  const { predicted, notPredicted } = simToRealLimits;
  const figuresText = `R = ${r.toFixed(2)} (predicted: at most ${predicted}, not predicted: above ${notPredicted}), ${inside} of ${decided.length} figures are inside the simulated distribution.`;
  switch (verdict) {
    case 'predicted':
      return `${sim} predicts what was measured on ${instrument}: ${figuresText}`;
    case 'not predicted':
      return `${sim} does not predict what was measured on ${instrument}: ${figuresText}`;
    case 'undecided':
      return `Whether ${sim} predicts what was measured on ${instrument} is undecided: ${figuresText}`;
  }
}

/** What a figure is of, with its unit. */
export function comparedText({ quantity, iteration }: ComparedFigure, isLast: boolean): string {
  switch (quantity) {
    case 'insideMargins':
      return 'inside the margins at the end, %';
    case 'absWorkingDistanceUm':
      return isLast ? '|wd| at the end, µm' : `|wd| after iteration ${iteration}, µm`;
    case 'doseToMarginsElectronsPerNm2':
      return 'dose to the margins, e/nm²';
    case 'microscopeToMarginsS':
      return 'time to the margins, s of the microscope';
  }
}

/** A value of a figure, shares in percent. */
export function comparedNumber(
  { quantity }: Pick<ComparedFigure, 'quantity'>,
  value: number | null,
): string {
  if (value === null) return '–';
  return quantity === 'insideMargins' ? String(Math.round(100 * value)) : formatNumber(value);
}
