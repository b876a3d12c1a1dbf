import { type ComparisonRow, type MetricName, metricNamed } from '../../harness/gate/index.ts';
import { formatNumber, stigmatorUnit } from '../words/index.ts';

/** A difference, a margin or an end of an interval, without its unit. */
export function differenceNumber(metric: MetricName, value: number): string {
  const { unit } = metricNamed(metric);
  const shown = unit === 'share' || unit === 'relative' ? 100 * value : value;
  return Number.isFinite(shown) ? formatNumber(shown) : shown > 0 ? '∞' : '-∞';
}

/** Unit of a metric's differences, for behind a number. */
export function differenceUnit(metric: MetricName): string {
  const { unit } = metricNamed(metric);
  const units = { share: 'points', relative: '%', um: 'µm', 'stigmator unit': stigmatorUnit };
  return unit === 'frames' ? unit : units[unit];
}

/** A difference with its unit. */
export function differenceText(metric: MetricName, value: number): string {
  const number = differenceNumber(metric, value);
  const unit = differenceUnit(metric);
  return `${number} ${number === '1' ? unit.replace(/s$/, '') : unit}`;
}

/** One side's own value, with its unit. */
export function valueText(metric: MetricName, value: number): string {
  const { unit, valueUnit } = metricNamed(metric);
  if (unit === 'share') return `${formatNumber(100 * value)} %`;
  if (valueUnit === 'e/nm2') return `${formatNumber(value)} e/nm²`;
  if (valueUnit === 'electrons') return `${formatNumber(value)} electrons`;
  if (valueUnit === 'ms') return `${formatNumber(value)} ms`;
  return `${formatNumber(value)} ${differenceUnit(metric)}`;
}

/** Heads of the columns that every table of pairs begins with. */
export const pairHead = ['metric', 'part', 'n', 'ties', 'baseline', 'candidate'] as const;

/** Ties and the values of both sides: the last three of them. */
export function sideCells(
  metric: MetricName,
  { ties, base, candidate }: ComparisonRow['difference'],
): string[] {
  return [`${ties}`, valueText(metric, base), valueText(metric, candidate)];
}

/** A probability: two digits, or below which it lies. */
export function probabilityText(p: number): string {
  return p < 0.0001 ? '< 0.0001' : `= ${Number(p.toPrecision(2))}`;
}
