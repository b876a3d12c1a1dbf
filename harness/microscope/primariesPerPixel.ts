/** Electrons in one nanoampere times one nanosecond. */
const electronsPerNanoAmpNs = 6.241509;

/** Primary electrons that hit one pixel: 6.2415 * I[nA] * t[ns]; 468 at 1.5 nA and 50 ns. */
export function primariesPerPixel(beamCurrentNanoAmp: number, dwellTimeNs: number): number {
  return electronsPerNanoAmpNs * beamCurrentNanoAmp * dwellTimeNs;
}
