import type { Axis, Tick } from './Chart.ts';

/**
 * Ticks at round numbers inside an axis, or those it brings along.
 *
 * @param most - How many there is room for, at least 2.
 */
export function axisTicks(axis: Axis, most: number): readonly Tick[] {
  const [low, high] = [Math.min(...axis.range), Math.max(...axis.range)];
  if (axis.ticks !== undefined) return axis.ticks.filter(({ at }) => at >= low && at <= high);
  const values =
    axis.scale === 'log'
      ? logValues(low, high, most)
      : linearValues(low, high, most, axis.isWhole === true ? 1 : 0);
  return values.map((at) => ({ at, label: tickLabel(at) }));
}

/** Multiples of 1, 2 or 5 times a power of ten, at least `leastStep` apart. */
function linearValues(low: number, high: number, most: number, leastStep: number): number[] {
  const rough = (high - low) / Math.max(1, most - 1);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999) ?? rough;
  const step = Math.max(leastStep, round);
  const values: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    values.push(Number((i * step).toPrecision(12)));
  }
  return values;
}

/** 1, 2 and 5 of each decade where there is room, then 1 and 3, then 1, then every other decade. */
function logValues(low: number, high: number, most: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const of = (steps: readonly number[], stride: number) => {
    const values: number[] = [];
    for (let power = first; power <= last; power++) {
      if (((power % stride) + stride) % stride !== 0) continue;
      for (const step of steps) {
        const value = Number((step * 10 ** power).toPrecision(6));
        if (value >= low * 0.9999 && value <= high * 1.0001) values.push(value);
      }
    }
    return values;
  };
  const choices = [of([1, 2, 5], 1), of([1, 3], 1), of([1], 1), of([1], 2), of([1], 3)];
  const fitting = choices.find((values) => values.length <= most && values.length > 1);
  if (fitting !== undefined) return fitting;
  return choices.find((values) => values.length > 0 && values.length <= most) ?? [];
}

/** In plain numbers, whatever the scale. */
function tickLabel(value: number): string {
  if (value === 0) return '0';
  const text =
    Math.abs(value) < 1e-6 ? value.toExponential() : String(Number(value.toPrecision(6)));
  return text.replace('-', '−');
}
