import type { Frame, FrameRequest } from './Frame.ts';
import type { MicroscopeDescription } from './MicroscopeDescription.ts';

/** Electrons in one nanoampere times one nanosecond. */
const electronsPerNanoAmpNs = 6.241509;

/** The current of the beam, and how often it passes over every pixel for one frame. */
export type ExposingBeam = Pick<MicroscopeDescription, 'beamCurrentNanoAmp' | 'passes'>;

/**
 * Primary electrons that hit one pixel in all passes of a frame: 6.2415 * I[nA] * t[ns] per pass;
 * 468 at 1.5 nA and 50 ns.
 */
export function primariesPerPixel(
  { beamCurrentNanoAmp, passes }: ExposingBeam,
  dwellTimeNs: number,
): number {
  return passes * (electronsPerNanoAmpNs * beamCurrentNanoAmp * dwellTimeNs);
}

/** Electrons per nm2 that one frame puts on what it scans. */
export function frameDoseElectronsPerNm2(
  beam: ExposingBeam,
  { pixelSizeNm, dwellTimeNs }: Pick<FrameRequest, 'pixelSizeNm' | 'dwellTimeNs'>,
): number {
  return primariesPerPixel(beam, dwellTimeNs) / pixelSizeNm ** 2;
}

/** All electrons of a frame, by what the instrument says of it. */
export function frameElectrons({
  pixels,
  actual,
  doseElectronsPerNm2,
}: Pick<Frame, 'pixels' | 'actual' | 'doseElectronsPerNm2'>): number {
  return doseElectronsPerNm2 * pixels.size * actual.pixelSizeNm ** 2;
}

/** Dwell time with which one frame puts a dose on what it scans, ns. */
export function dwellTimeNsForDose(
  doseElectronsPerNm2: number,
  beam: ExposingBeam,
  pixelSizeNm: number,
): number {
  return (doseElectronsPerNm2 * pixelSizeNm ** 2) / primariesPerPixel(beam, 1);
}

/** Beam current with which one frame puts a dose on what it scans, nA. */
export function beamCurrentNanoAmpForDose(
  doseElectronsPerNm2: number,
  passes: number,
  { pixelSizeNm, dwellTimeNs }: Pick<FrameRequest, 'pixelSizeNm' | 'dwellTimeNs'>,
): number {
  const perNanoAmp = primariesPerPixel({ beamCurrentNanoAmp: 1, passes }, dwellTimeNs);
  return (doseElectronsPerNm2 * pixelSizeNm ** 2) / perNanoAmp;
}
