import { RandomStream } from '../harness/numeric/index.ts';
import {
  recordSchemaVersion,
  type Scenario,
  scenarioKey,
  type TrajectoryRecord,
} from '../harness/record/index.ts';
import { presetCalibration, presetNamed } from '../sim/index.ts';

const iterations = 20;
const margins = { workingDistanceUm: 1, stigmator: 0.25 };

/**
 * Records with the shape of a run and no physics: three algorithms that come nearer by a factor per
 * iteration, at each of the dwell times from as many starts as `trajectories` says.
 */
export function madeUpRecords(
  trajectories: number,
  dwellTimesNs: readonly number[],
): readonly TrajectoryRecord[] {
  return Object.entries({ slow: 0.8, medium: 0.5, fast: 0.2 }).flatMap(([algorithm, factor]) =>
    dwellTimesNs.flatMap((dwellTimeNs) =>
      Array.from({ length: trajectories }, (_, trajectory) =>
        recordOf(scenarioOf(algorithm, dwellTimeNs, trajectory), factor),
      ),
    ),
  );
}

function scenarioOf(algorithm: string, dwellTimeNs: number, trajectory: number): Scenario {
  const random = new RandomStream(1, 'start', trajectory);
  return {
    suite: 'made-up',
    seed: 1,
    trajectory,
    preset: 'merlin',
    psf: 'gaussian',
    specimen: { name: 'tissue', seed: 1 },
    stage: { xUm: 80 * trajectory, yUm: 0 },
    start: {
      workingDistanceUm: random.uniformBetween(8, 12),
      stigmatorX: random.uniformBetween(-4, -2),
      stigmatorY: random.uniformBetween(2, 4),
    },
    frame: { width: 1024, height: 768, pixelSizeNm: 10, dwellTimeNs },
    calibration: presetCalibration(presetNamed('merlin')),
    calibrationSource: 'nominal',
    algorithm: { name: algorithm, version: '1', parameters: {} },
    iterations,
    limits: { workingDistanceUm: 60, stigmator: 15 },
    margins,
    physicsVersion: 'made up',
  };
}

function recordOf(scenario: Scenario, factor: number): TrajectoryRecord {
  const { start, algorithm, frame, trajectory } = scenario;
  const random = new RandomStream(1, 'course', algorithm.name, frame.dwellTimeNs, trajectory);
  const rows = Array.from({ length: iterations + 1 }, (_, iteration) => {
    const left = (value: number) => value * factor ** iteration + 0.1 * random.normal();
    const residual = {
      workingDistanceUm: left(start.workingDistanceUm),
      stigmatorX: left(start.stigmatorX),
      stigmatorY: left(start.stigmatorY),
    };
    return {
      iteration,
      focus: residual,
      residual,
      insideMargins:
        Math.abs(residual.workingDistanceUm) <= margins.workingDistanceUm &&
        Math.abs(residual.stigmatorX) <= margins.stigmator &&
        Math.abs(residual.stigmatorY) <= margins.stigmator,
      framesTotal: 2 * iteration,
      pixelsTotal: 2 * iteration * frame.width * frame.height,
      doseElectronsPerNm2Total: 0.18 * frame.dwellTimeNs * iteration,
      electronsTotal: 3e6 * frame.dwellTimeNs * iteration,
      beamOnTotalS: 0.1 * iteration,
      settleTotalS: 0.2 * iteration,
      microscopeTotalS: 0.4 * iteration,
      computeMs: iteration === 0 ? 0 : 100,
    };
  });
  const isGood = rows.at(-1)?.insideMargins === true;
  return {
    schema: recordSchemaVersion,
    key: scenarioKey(scenario),
    scenario,
    outcome: isGood ? 'converged' : 'missed',
    ...(!isGood && { failureClass: 'budget-spent' as const }),
    iterations: rows,
    timing: { startedAt: '2026-01-01T00:00:00.000Z', wallS: 1 },
  };
}
