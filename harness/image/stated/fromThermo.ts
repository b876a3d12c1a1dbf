import { iniSections } from './iniSections.ts';
import { present } from './present.ts';
import { numberTimes, positive } from './quantity.ts';
import type { VendorSettings } from './StatedSettings.ts';

/** Thermo Fisher (FEI): INI in SI units, rotation in rad, with a section for each beam. */
export function fromThermo(text: string): VendorSettings | undefined {
  const sections = iniSections(text);
  const of = (section: string, key: string, factor = 1): number | undefined =>
    numberTimes(sections.get(section)?.get(key), factor);
  // Which beam and scan took the image; the sections of the others are there as well.
  const beam = sections.get('Beam')?.get('Beam') || 'EBeam';
  const scan = sections.get('Beam')?.get('Scan') || 'EScan';
  if (![beam, 'Beam', 'Scan', scan].some((name) => sections.has(name))) return undefined;
  const ofBeam = (key: string, factor = 1) => of(beam, key, factor) ?? of('Beam', key, factor);
  const [x, y] = ['StageX', 'StageY'].map((key) => of('Stage', key, 1e6) ?? of(beam, key, 1e6));
  return {
    ...present({
      pixelSizeNm: positive(of('Scan', 'PixelWidth', 1e9) ?? of(scan, 'PixelWidth', 1e9)),
      workingDistanceUm: positive(ofBeam('WD', 1e6) ?? of('Stage', 'WorkingDistance', 1e6)),
      stigmatorX: ofBeam('StigmatorX'),
      stigmatorY: ofBeam('StigmatorY'),
      dwellTimeNs: positive(of('Scan', 'Dwelltime', 1e9) ?? of(scan, 'Dwell', 1e9)),
      beamVoltageKv: positive(ofBeam('HV', 1e-3)),
      scanRotationDeg: ofBeam('ScanRotation', 180 / Math.PI),
      stage: x === undefined || y === undefined ? undefined : { xUm: x, yUm: y },
      imageRows: positive(of('Image', 'ResolutionY')),
    }),
    remarks: [],
  };
}
