import type { Axis } from './Chart.ts';

/** From a value of an axis to px. */
export type Scale = (value: number) => number;

/**
 * @param from - Where the first end of the axis lies, px.
 * @param to - Where the other lies.
 * @throws RangeError if a logarithmic axis has an end that is not above 0, or an end is not finite.
 */
export function scaleOf({ scale, range, title }: Axis, from: number, to: number): Scale {
  const [first, last] = range;
  if (!Number.isFinite(first) || !Number.isFinite(last)) {
    throw new RangeError(`axis ${title} must have finite ends. Received ${first} and ${last}`);
  }
  if (scale === 'linear') {
    const length = last - first || 1;
    return (value) => from + ((value - first) / length) * (to - from);
  }
  if (!(first > 0 && last > 0)) {
    throw new RangeError(`log axis ${title} must have ends above 0. Received ${first} and ${last}`);
  }
  const length = Math.log(last / first) || 1;
  // What cannot stand on the axis lies far beyond its lower end.
  return (value) => from + (value > 0 ? Math.log(value / first) / length : -1e3) * (to - from);
}
