import type { ProbeShape } from '../../harness/microscope/index.ts';
import type { RandomStream } from '../../harness/numeric/index.ts';
import type { Optics } from '../optics/Optics.ts';
import { type ImperfectionName, levelsOf } from '../presets/imperfections.ts';
import type { Preset } from '../presets/Preset.ts';
import { rotateVector } from '../scan/rotateVector.ts';

/**
 * The probe of one instrument, in the axes of its rotated image. Coma and three-fold astigmatism
 * have a direction that is drawn once per instrument and stays with the column: turned with the
 * scan once, and three times.
 */
export function probeOptics(
  { beam, scan, imperfections }: Preset,
  psf: ProbeShape,
  instrumentStream: (name: ImperfectionName) => RandomStream,
): Optics {
  const levels = levelsOf(imperfections);
  const directed = (name: 'coma' | 'threeFold', turns: number) => {
    const angle = instrumentStream(name).uniformBetween(0, 2 * Math.PI);
    const size = levels[name];
    const inColumn = { x: size * Math.cos(angle), y: size * Math.sin(angle) };
    return rotateVector(inColumn, turns * scan.rotationDeg);
  };
  return {
    psf,
    convergenceMrad: beam.convergenceMrad,
    residualSpotNm: beam.residualSpotNm,
    wave: {
      voltageKv: beam.voltageKv,
      sphericalMm: beam.sphericalMm,
      chromaticMm: beam.chromaticMm,
      energySpreadEv: beam.energySpreadEv,
      sourceImageNm: beam.sourceImageNm,
    },
    rays: {
      comaNm: directed('coma', 1),
      threeFoldNm: directed('threeFold', 3),
      sphericalNm: levels.spherical,
      pupilWeight: levels.pupilWeight,
      defocusSpreadUm: levels.defocusSpread,
    },
  };
}
