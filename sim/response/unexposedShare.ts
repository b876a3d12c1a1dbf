/**
 * Share of a frame that no electron has hit before, 0 to 1.
 *
 * @param doseBefore - As `ExposureHistory.doseOver` gives it.
 */
export function unexposedShare(doseBefore: number | Float32Array): number {
  if (typeof doseBefore === 'number') return doseBefore === 0 ? 1 : 0;
  let fresh = 0;
  for (let i = 0; i < doseBefore.length; i++) if (doseBefore[i]! === 0) fresh++;
  return fresh / doseBefore.length;
}
