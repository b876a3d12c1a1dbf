import { type MetricName, metricNamed } from '../../harness/gate/index.ts';
import { formatNumber } from '../words/index.ts';

/** A difference, a margin or an end of an interval, without its unit. */
export function differenceNumber(metric: MetricName, value: number): string {
  const { unit } = metricNamed(metric);
  const shown = unit === 'share' || unit === 'relative' ? 100 * value : value;
  return Number.isFinite(shown) ? formatNumber(shown) : shown > 0 ? '∞' : '-∞';
}

/** Unit of a metric's differences, for behind a number. */
export function differenceUnit(metric: MetricName): string {
  const { unit } = metricNamed(metric);
  switch (unit) {
    case 'share':
      return 'points';
    case 'relative':
      return '%';
    case 'um':
      return 'µm';
    case 'stigmator unit':
      return 'a.u.';
    case 'frames':
      return 'frames';
  }
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
  if (valueUnit === 'ms') return `${formatNumber(value)} ms`;
  return `${formatNumber(value)} ${differenceUnit(metric)}`;
}

/** A probability: two digits, or below which it lies. */
export function probabilityText(p: number): string {
  return p < 0.0001 ? '< 0.0001' : `= ${Number(p.toPrecision(2))}`;
}
