import type { StatedSettings } from '../image/index.ts';
import type { SeriesFrame } from './seriesSchema.ts';

/** The entry of a frame in a manifest: what its file says, and `null` for what it does not say. */
export function describeFrame(
  file: string,
  shape: readonly number[],
  stated: StatedSettings | undefined,
): SeriesFrame {
  const [height = 0, width = 0] = shape;
  const rows = stated?.imageRows;
  const hasBar = rows !== undefined && rows < height;
  return {
    file,
    place: '1',
    workingDistanceUm: stated?.workingDistanceUm ?? null,
    stigmatorX: stated?.stigmatorX ?? null,
    stigmatorY: stated?.stigmatorY ?? null,
    pixelSizeNm: stated?.pixelSizeNm ?? null,
    dwellTimeNs: stated?.dwellTimeNs ?? null,
    passes: null,
    beamVoltageKv: stated?.beamVoltageKv ?? null,
    scanRotationDeg: stated?.scanRotationDeg ?? null,
    crop: hasBar ? { x: 0, y: 0, width, height: rows } : null,
    raster: null,
    stage: stated?.stage ?? null,
    doseElectronsPerNm2: null,
    frameTimeS: null,
    acquiredAt: null,
    source: stated?.source ?? null,
  };
}
