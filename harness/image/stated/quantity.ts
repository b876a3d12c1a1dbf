/** A number with its unit as a person reads it, in the unit asked for. */
export interface Quantity {
  readonly value: number;
  /** One in the last digit that is written. */
  readonly step: number;
}

type Units = Readonly<Record<string, number>>;

/** Units of length in um, of time in ns, of voltage in kV, of angles in degrees, and the pure per cent. */
export const lengthsUm: Units = {
  pm: 1e-6,
  nm: 1e-3,
  um: 1,
  µm: 1,
  μm: 1,
  mm: 1e3,
  cm: 1e4,
  m: 1e6,
};
export const timesNs: Units = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9 };
export const voltagesKv: Units = { V: 1e-3, Volt: 1e-3, kV: 1 };
export const anglesDeg: Units = { '°': 1, deg: 1, Deg: 1, '': 1 };
export const percents: Units = { '%': 1, '': 1 };

/**
 * `4.5 mm`, `10um`, `1.9 %`: the number in the first unit of the table.
 *
 * @returns nothing if this is no number, or has another unit.
 */
export function quantityOf(text: string | undefined, units: Units): Quantity | undefined {
  // UTF-8 that was read as Latin-1 has a letter more before its sign.
  const written = text?.replaceAll('Â', '').trim() ?? '';
  const [, digits = '', decimals = '', exponent = '0', unit = ''] =
    /^([-+]?\d*(?:\.(\d*))?(?:[eE]([-+]?\d+))?)\s*(\S*)$/.exec(written) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  const value = digits === '' ? Number.NaN : Number(digits);
  if (factor === undefined || !Number.isFinite(value * factor)) return undefined;
  return { value: value * factor, step: factor * 10 ** (Number(exponent) - decimals.length) };
}

/** A plain number times a factor, for texts that have units by convention. */
export function numberTimes(text: string | undefined, factor: number): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value * factor) ? value * factor : undefined;
}

/** Only what can be: above 0. */
export function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
