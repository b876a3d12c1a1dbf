/** @throws RangeError unless `value` is a whole number >= 0. */
export function assertCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${name} must be a whole number >= 0. Received ${value}`);
  }
}
