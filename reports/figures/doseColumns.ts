import { conditionNames, formatNumber } from '../words/index.ts';
import type { FigureGroup } from './FigureInput.ts';
import { frameDose } from './frameDose.ts';

/** Doses or conditions as columns of a map. */
export interface DoseColumns {
  readonly title: string;
  readonly labels: readonly string[];
  readonly of: (group: FigureGroup) => number;
  /** After a label, in a sentence. */
  readonly unit: string;
}

/** Doses where there are several, conditions otherwise. */
export function doseColumns(groups: readonly FigureGroup[]): DoseColumns {
  const dwells = [...new Set(groups.map(({ summary }) => summary.condition.dwellTimeNs))].sort(
    (p, q) => p - q,
  );
  if (dwells.length > 1) {
    const doses = dwells.map((ns) => [
      ...new Set(
        groups
          .filter(({ summary }) => summary.condition.dwellTimeNs === ns)
          .map(frameDose)
          .filter((dose) => dose > 0),
      ),
    ]);
    // Instruments of different currents or pixels share a dwell time, not a dose.
    if (doses.every((own) => own.length === 1)) {
      return {
        title: 'dose of one frame (e/nm²)',
        labels: doses.map(([dose]) => formatNumber(dose ?? null)),
        of: ({ summary }) => dwells.indexOf(summary.condition.dwellTimeNs),
        unit: ' e/nm²',
      };
    }
    return {
      title: 'dwell time (ns)',
      labels: dwells.map((ns) => String(Number(ns.toPrecision(3)))),
      of: ({ summary }) => dwells.indexOf(summary.condition.dwellTimeNs),
      unit: ' ns',
    };
  }
  const names = conditionNames(groups.map(({ summary }) => summary.condition));
  const found = [...new Set(groups.map(({ summary }) => names.nameOf(summary.condition)))];
  const labels = found.length === 1 ? [''] : found;
  return {
    title: labels.length > 1 ? 'condition' : '',
    labels,
    of: ({ summary }) => found.indexOf(names.nameOf(summary.condition)),
    unit: '',
  };
}
