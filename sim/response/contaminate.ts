/** The dose after which the contrast has fallen by the level. */
const referenceElectronsPerNm2 = 100;

/**
 * Yields under the film of carbon that earlier exposures have left: their contrast falls towards the
 * mean of the frame by `levelPercent` with every 100 electrons per nm2, that is by the factor
 * (1 - level)^(dose / 100). What the present exposure adds shows in the next one.
 *
 * A film of even yield that covers what lies below, no more: it neither grows at the rim of a frame
 * nor changes the mean, as real ones do.
 *
 * @param yields - Row-major; left as they are.
 * @param doseBefore - Electrons per nm2, one for all or one per pixel.
 * @param levelPercent - 0 to 100.
 * @returns `yields` themselves where nothing changes.
 */
export function contaminate(
  yields: Float32Array,
  doseBefore: number | Float32Array,
  levelPercent: number,
): Float32Array {
  if (levelPercent === 0 || doseBefore === 0) return yields;
  const kept = (dose: number) => (1 - levelPercent / 100) ** (dose / referenceElectronsPerNm2);
  let mean = 0;
  for (let i = 0; i < yields.length; i++) mean += yields[i]!;
  mean /= yields.length;
  const out = new Float32Array(yields.length);
  let dose = typeof doseBefore === 'number' ? doseBefore : Number.NaN;
  let contrast = kept(dose);
  for (let i = 0; i < out.length; i++) {
    if (typeof doseBefore !== 'number' && doseBefore[i]! !== dose) {
      dose = doseBefore[i]!;
      contrast = kept(dose);
    }
    out[i] = mean + contrast * (yields[i]! - mean);
  }
  return out;
}
