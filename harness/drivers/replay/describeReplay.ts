import {
  type FocusParameter,
  focusParameters,
  type MicroscopeDescription,
  type ParameterDescription,
} from '../../microscope/index.ts';
import type { UsableSeries } from '../../series/index.ts';
import type { RecordedFrame } from './RecordedFrame.ts';
import type { RecordedStates } from './RecordedStates.ts';

/**
 * The instrument as it described itself when it was recorded, if it did; else what the frames say of it,
 * with a beam of 0 nA. What a state may differ from a recorded one is its read-back tolerance.
 */
export function describeReplay(
  { name, description }: UsableSeries['instrument'],
  frames: readonly [RecordedFrame, ...RecordedFrame[]],
  states: RecordedStates,
): MicroscopeDescription {
  const recorded = description ?? describeFrames(frames, states);
  const focus = Object.fromEntries(
    focusParameters.map((parameter) => [
      parameter,
      {
        ...recorded.parameters[parameter],
        readBackTolerance: states.reachOf(parameter),
      },
    ]),
  ) as Record<FocusParameter, ParameterDescription>;
  return {
    ...recorded,
    name: `replay of ${name ?? recorded.name}`,
    isSimulated: true,
    bitDepth: frames[0].bitDepth,
    parameters: { ...recorded.parameters, ...focus },
  };
}

function describeFrames(
  frames: readonly [RecordedFrame, ...RecordedFrame[]],
  states: RecordedStates,
): MicroscopeDescription {
  const still = { settleTimeS: 0, settable: true };
  const knob = (parameter: FocusParameter, unit: string): ParameterDescription => {
    const [min, max] = states.rangeOf(parameter);
    return { unit, min, max, ...still };
  };
  const of = (name: 'width' | 'height' | 'pixelSizeNm' | 'dwellTimeNs', unit: string) => {
    const choices = [...new Set(frames.map((frame) => frame[name]))].sort((a, b) => a - b);
    return { unit, choices, ...still };
  };
  const stage = { unit: 'um', ...still };
  return {
    name: 'a series',
    isSimulated: true,
    beamCurrentNanoAmp: 0,
    passes: frames[0].passes ?? 1,
    bitDepth: frames[0].bitDepth,
    canBlankBeam: true,
    parameters: {
      workingDistanceUm: knob('workingDistanceUm', 'um'),
      stigmatorX: knob('stigmatorX', 'units'),
      stigmatorY: knob('stigmatorY', 'units'),
      stageXUm: stage,
      stageYUm: stage,
      width: of('width', 'px'),
      height: of('height', 'px'),
      pixelSizeNm: of('pixelSizeNm', 'nm'),
      dwellTimeNs: of('dwellTimeNs', 'ns'),
    },
  };
}
