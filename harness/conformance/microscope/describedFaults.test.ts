import { describe, expect, it } from 'vitest';
import type {
  MicroscopeDescription,
  ParameterDescription,
  ParameterName,
} from '../../microscope/index.ts';
import { describedFaults } from './describedFaults.ts';

const of = (unit: string, more: Partial<ParameterDescription> = {}): ParameterDescription => ({
  ...{ unit, min: 1, max: 50_000, settleTimeS: 0.2, settable: true },
  ...more,
});
const stigmator = of('%', { min: -100, max: 100 });
const healthy: MicroscopeDescription = {
  name: 'SEM 1',
  isSimulated: false,
  beamCurrentNanoAmp: 1.5,
  passes: 1,
  bitDepth: 8,
  canBlankBeam: true,
  parameters: {
    workingDistanceUm: of('um'),
    stigmatorX: stigmator,
    stigmatorY: stigmator,
    stageXUm: of('um', { settable: false }),
    stageYUm: of('um', { settable: false }),
    width: of('px', { step: 1 }),
    height: of('px', { step: 1 }),
    pixelSizeNm: of('nm'),
    dwellTimeNs: of('ns', { choices: [100, 200, 400] }),
  },
};
const now = { workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 };
const frame = { width: 1024, height: 768, pixelSizeNm: 10, dwellTimeNs: 200 };

const parameter = (name: ParameterName, change: Partial<ParameterDescription>) => ({
  parameters: { ...healthy.parameters, [name]: { ...healthy.parameters[name], ...change } },
});
const { min: _, max: __, ...rangeless } = healthy.parameters.workingDistanceUm;

describe('describedFaults', () => {
  it('finds none in a healthy description', () => {
    expect(describedFaults(healthy, now, frame)).toEqual([]);
  });

  it.each<[Partial<MicroscopeDescription>, string]>([
    [{ name: ' ' }, 'the name is empty'],
    [{ beamCurrentNanoAmp: 0 }, 'the beam current is 0 nA: no dose can be reckoned'],
    [{ passes: 1.5 }, 'passes is 1.5'],
    [parameter('pixelSizeNm', { unit: 'm' }), 'pixelSizeNm has the unit "m", not nm'],
    [parameter('stigmatorY', { unit: '' }), 'stigmatorY has the unit ""'],
    [parameter('stigmatorY', { unit: '1' }), 'stigmatorX is in % and stigmatorY in 1'],
    [parameter('width', { min: 9, max: 9 }), 'width has the range 9 to 9'],
    [parameter('stigmatorX', { step: 0 }), 'stigmatorX has the step 0'],
    [parameter('stigmatorX', { step: 300 }), 'stigmatorX has the step 300'],
    [parameter('stigmatorX', { settleTimeS: 200 }), 'stigmatorX settles for 200 s'],
    [
      parameter('stigmatorX', { readBackTolerance: -1 }),
      'stigmatorX has the read-back tolerance -1',
    ],
    [
      parameter('dwellTimeNs', { choices: [200, 100] }),
      'dwellTimeNs has choices that do not ascend',
    ],
    [parameter('dwellTimeNs', { max: 300 }), 'dwellTimeNs has choices outside its range'],
    [
      parameter('dwellTimeNs', { choices: [100, 400] }),
      'dwellTimeNs of the frames, 200 ns, is not allowed',
    ],
    [parameter('stigmatorX', { settable: false }), 'stigmatorX cannot be set'],
    [
      { parameters: { ...healthy.parameters, workingDistanceUm: rangeless } },
      'workingDistanceUm has no range',
    ],
    [
      parameter('workingDistanceUm', { max: 4000 }),
      'workingDistanceUm is now 4500 um, outside its range',
    ],
  ])('%j: %s', (change, fault) => {
    expect(describedFaults({ ...healthy, ...change }, now, frame)).toContain(fault);
  });
});
