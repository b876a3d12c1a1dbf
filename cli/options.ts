import { InvalidArgumentError, Option } from 'commander';
import type { Json } from '../harness/algorithm/index.ts';
import { readConfigFile } from '../harness/config/index.ts';
import { type Calibration, calibrationSchema } from '../harness/microscope/index.ts';
import { presetCalibration, presetNamed } from '../sim/index.ts';

/** A finite number, within limits if any are given; the message names them. */
export function numberBetween(low = -Infinity, high = Infinity): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value) || value < low || value > high) {
      throw new InvalidArgumentError(`It must be a number${rangeText(low, high)}.`);
    }
    return value;
  };
}

/** A number above zero. */
export function positiveNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It must be a number above 0.');
  }
  return value;
}

/** A whole number within limits. */
export function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isSafeInteger(value) || value < low || value > high) {
      throw new InvalidArgumentError(`It must be a whole number${rangeText(low, high)}.`);
    }
    return value;
  };
}

/** Finite numbers separated by commas. */
export function numberList(text: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!values.every(Number.isFinite)) {
    throw new InvalidArgumentError('It must be a number, or numbers separated by commas.');
  }
  return values;
}

/** Names separated by commas. */
export function nameList(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0)
    throw new InvalidArgumentError('It must be a name, or several with commas.');
  return names;
}

/** Any JSON text. */
export function jsonText(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('It must be JSON, e.g. \'{"patchSidePx": 256}\'.');
  }
}

/** `--psf`, everywhere the same. */
export function psfOption(): Option {
  return new Option('--psf <shape>', 'shape of the probe').choices(['gaussian', 'disc']);
}

/** What an algorithm is told of the instrument: a file's calibration, or a preset's. */
export async function calibrationFrom(
  file: string | undefined,
  preset: string,
  psf: 'gaussian' | 'disc' | undefined,
): Promise<Calibration> {
  const calibration =
    file === undefined
      ? presetCalibration(presetNamed(preset))
      : await readConfigFile(calibrationSchema, file, 'calibration');
  return psf === undefined ? calibration : { ...calibration, psf };
}

function rangeText(low: number, high: number): string {
  const hasLow = Number.isFinite(low);
  const hasHigh = Number.isFinite(high) && high !== Number.MAX_SAFE_INTEGER;
  if (hasLow && hasHigh) return ` from ${low} to ${high}`;
  if (hasLow) return ` of at least ${low}`;
  return hasHigh ? ` of at most ${high}` : '';
}
