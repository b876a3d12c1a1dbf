import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { type HandMade, handMadeRecord } from './handMadeRecord.ts';

/** Standard deviation of the reference of {@link onInstrument}, um. */
export const referenceSdUm = 0.03;

/** A record made by hand as it would be on an instrument, with a reference that drifts by 0.06 um. */
export function onInstrument(made: HandMade): TrajectoryRecord {
  const record = handMadeRecord(made);
  const focus = { workingDistanceUm: 4500, stigmatorX: 0, stigmatorY: 0 };
  const reference = { algorithm: { name: 'method', version: '1', parameters: {} } };
  return {
    ...record,
    scenario: {
      ...record.scenario,
      preset: 'SEM 1',
      specimen: { name: 'as-mounted', seed: 0 },
      instrument: { hasStage: true, reference: { ...reference, dwellTimeNs: 200 } },
      physicsVersion: 'instrument',
    },
    reference: {
      ...{ before: focus, after: { ...focus, workingDistanceUm: 4500.06 } },
      sd: { workingDistanceUm: referenceSdUm, stigmatorX: 0.01, stigmatorY: 0.01 },
      ...{ frames: 11, doseElectronsPerNm2: 100 },
    },
  };
}
