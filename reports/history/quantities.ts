import { formatNumber } from '../words/index.ts';
import type { HistoryPoint } from './History.ts';

/** A number of a run with its 95 % interval; an end that is not known is `null`. */
interface Measured {
  readonly value: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
}

/** What a history follows. */
export interface Quantity {
  /** For ids: lower-case letters. */
  readonly id: string;
  readonly name: string;
  /** For narrow tables and axes. */
  readonly shortName: string;
  readonly unit: string;
  readonly of: (point: HistoryPoint) => Measured;
}

export const quantities: readonly Quantity[] = [
  {
    id: 'success',
    name: 'success',
    shortName: 'success',
    unit: '%',
    of: ({ success: { fraction, interval95 } }) => ({
      value: percent(fraction),
      low: percent(interval95.low),
      high: percent(interval95.high),
    }),
  },
  {
    id: 'error',
    name: '|working distance| at the end',
    shortName: '|wd|',
    unit: 'µm',
    of: ({ absWorkingDistanceUm }) => ({
      value: absWorkingDistanceUm?.iqm ?? null,
      ...absWorkingDistanceUm?.iqmInterval95,
    }),
  },
  {
    id: 'dose',
    name: 'dose until inside the margins',
    shortName: 'dose',
    unit: 'e/nm²',
    of: ({ doseToMarginsElectronsPerNm2: { median, interval95 } }) => ({
      value: median,
      ...interval95,
    }),
  },
  {
    id: 'instrument',
    name: 'instrument time per iteration',
    shortName: 'instrument',
    unit: 's',
    of: ({ microscopeSPerIteration: value }) => ({ value }),
  },
  {
    id: 'computing',
    name: 'computing time per iteration',
    shortName: 'computing',
    unit: 'ms',
    of: ({ computeMsPerIteration: value }) => ({ value }),
  },
];

/** `92.7 [87.5, 95.9]`; a dash where there is no number. */
export function measuredText({ value, low, high }: Measured): string {
  if (value === null || low === undefined || high === undefined) return formatNumber(value);
  return `${formatNumber(value)} [${formatNumber(low)}, ${high === null ? '∞' : formatNumber(high)}]`;
}

function percent(fraction: number): number {
  return 100 * fraction;
}
