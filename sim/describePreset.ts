import type { MicroscopeDescription, ParameterDescription } from '../harness/microscope/index.ts';
import { exposingBeam } from './presets/exposingBeam.ts';
import type { Preset } from './presets/Preset.ts';

/** What the instrument of a preset says of itself. */
export function describePreset(preset: Preset): MicroscopeDescription {
  const { focus, stigmator, scan } = preset;
  const [workingDistanceMin, workingDistanceMax] = focus.workingDistanceRangeUm;
  const [stigmatorMin, stigmatorMax] = stigmator.range;
  const [dwellMin, dwellMax] = scan.dwellTimeRangeNs;
  const stigmatorDescription: ParameterDescription = {
    unit: stigmator.unit,
    min: stigmatorMin,
    max: stigmatorMax,
    settleTimeS: focus.settleTimeS,
    settable: true,
    readBackTolerance: 1e-6,
  };
  const stageDescription: ParameterDescription = {
    unit: 'um',
    min: -60_000,
    max: 60_000,
    settleTimeS: 1,
    settable: true,
  };
  const size = { unit: 'px', min: 16, max: 32768, step: 1, settleTimeS: 0, settable: true };
  return {
    name: `sim:${preset.name}`,
    isSimulated: true,
    ...exposingBeam(preset),
    bitDepth: preset.detector.bitDepth,
    canBlankBeam: true,
    parameters: {
      workingDistanceUm: {
        unit: 'um',
        min: workingDistanceMin,
        max: workingDistanceMax,
        settleTimeS: focus.settleTimeS,
        settable: true,
        readBackTolerance: 1e-3,
      },
      stigmatorX: stigmatorDescription,
      stigmatorY: stigmatorDescription,
      stageXUm: stageDescription,
      stageYUm: stageDescription,
      width: size,
      height: size,
      pixelSizeNm: { unit: 'nm', min: 0.5, max: 100, settleTimeS: 0, settable: true },
      dwellTimeNs: { unit: 'ns', min: dwellMin, max: dwellMax, settleTimeS: 0, settable: true },
    },
  };
}
