import { calibrationGiven } from '../../harness/gate/testing/calibrationGiven.ts';
import {
  failureClassOf,
  type Outcome,
  recordSchemaVersion,
  type Scenario,
  sha256OfJson,
  type TrajectoryRecord,
} from '../../harness/record/index.ts';

/** A record written by hand, for tests whose expected numbers are worked out by hand. */
export interface HandMade {
  readonly algorithm?: string;
  readonly parameters?: Scenario['algorithm']['parameters'];
  readonly trajectory?: number;
  readonly seed?: number;
  readonly specimen?: string;
  readonly dwellTimeNs?: number;
  readonly outcome?: Outcome;
  /** There is nothing to focus on: to decline is right. */
  readonly isBlank?: boolean;
  readonly message?: string;
  /** Signed working distance residual in um after iteration 0, 1, ...; stigmators are a tenth. */
  readonly workingDistancesUm: readonly number[];
  readonly pairBoundSd?: TrajectoryRecord['pairBoundSd'];
}

/** Two frames of 4.5 e/nm2, 100 ms of computing and 0.5 s of microscope time per iteration. */
export function handMadeRecord({
  algorithm = 'alpha',
  parameters = { patches: 5 },
  trajectory = 0,
  seed = 1,
  specimen = 'tissue',
  dwellTimeNs = 50,
  outcome,
  isBlank = false,
  message,
  workingDistancesUm,
  pairBoundSd,
}: HandMade): TrajectoryRecord {
  const residuals = workingDistancesUm.map((workingDistanceUm) => ({
    workingDistanceUm,
    stigmatorX: workingDistanceUm / 10,
    stigmatorY: -workingDistanceUm / 10,
  }));
  const [start = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 }] = residuals;
  const scenario: Scenario = {
    suite: 'hand',
    seed,
    trajectory,
    preset: 'merlin',
    psf: 'gaussian',
    specimen: { name: specimen, seed: 1, ...(isBlank && { isBlank }) },
    stage: { xUm: 0, yUm: 0 },
    start,
    frame: { width: 400, height: 300, pixelSizeNm: 10, dwellTimeNs },
    calibration: calibrationGiven,
    calibrationSource: 'nominal',
    algorithm: { name: algorithm, version: '1', parameters },
    iterations: 10,
    limits: { workingDistanceUm: 60, stigmator: 15 },
    margins: { workingDistanceUm: 1, stigmator: 0.25 },
    physicsVersion: '1',
  };
  const iterations = residuals.map((residual, iteration) => ({
    iteration,
    focus: residual,
    residual,
    insideMargins: Math.abs(residual.workingDistanceUm) <= 1,
    framesTotal: 2 * iteration,
    pixelsTotal: 2 * iteration * 120000,
    doseElectronsPerNm2Total: 9 * iteration,
    electronsTotal: 1e8 * iteration,
    beamOnTotalS: 0.012 * iteration,
    settleTotalS: 0.2 * iteration,
    microscopeTotalS: 0.5 * iteration,
    computeMs: iteration === 0 ? 0 : 100,
  }));
  const ended = outcome ?? (iterations.at(-1)?.insideMargins ? 'converged' : 'missed');
  const failureClass = failureClassOf({ outcome: ended, iterations, scenario });
  return {
    schema: recordSchemaVersion,
    key: sha256OfJson(JSON.parse(JSON.stringify(scenario))),
    scenario,
    outcome: ended,
    ...(failureClass && { failureClass }),
    ...(message === undefined ? {} : { message }),
    iterations,
    ...(pairBoundSd && { pairBoundSd }),
    timing: { startedAt: '2024-01-01T00:00:00.000Z', wallS: 1 },
  };
}
