import type { ExposingBeam } from '../../harness/microscope/index.ts';
import type { Preset } from './Preset.ts';

/** The current of the beam, and how often it passes over every pixel: line times frame averages. */
export function exposingBeam({ beam, scan }: Pick<Preset, 'beam' | 'scan'>): ExposingBeam {
  return {
    beamCurrentNanoAmp: beam.currentNanoAmp,
    passes: scan.lineAverages * scan.frameAverages,
  };
}
