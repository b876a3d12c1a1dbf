import { type PlanHeader, planHeaderSchema } from '../../experiment/suite/index.ts';
import { RandomStream } from '../../numeric/index.ts';
import {
  failureClassOf,
  isInsideMargins,
  outcomeOf,
  recordSchemaVersion,
  type Scenario,
  scenarioKey,
  sha256OfJson,
  type TrajectoryRecord,
} from '../../record/index.ts';
import type { RunEvidence } from '../RunEvidence.ts';
import { calibrationGiven } from './calibrationGiven.ts';

/** What a made-up model does. */
export interface SyntheticRun {
  readonly name?: string;
  readonly algorithm?: string;
  readonly modelSha256?: string;
  /** Of the suite: specimens, places, starts and how hard each scenario is. */
  readonly seed?: number;
  /** Of the model: what its errors owe to itself and not to the scenario. */
  readonly luck?: number;
  /** Part of the spread that the scenario does not explain, 0 to 1: 0 makes all models equal. */
  readonly own?: number;
  /** Factor on all errors. */
  readonly scale?: number;
  /** Share of trajectories that miss altogether, beyond those of the others. */
  readonly lost?: number;
  /** Places per specimen; each is met at every dwell time. */
  readonly places?: number;
  readonly physicsVersion?: string;
  readonly timing?: Partial<TrajectoryRecord['timing']>;
  readonly computeMs?: number;
}

const specimens = ['tissue', 'tin', 'resin'];
const dwellTimesNs = [50, 200];
const strata = ['near', 'far', 'in-focus'];
const margins = { workingDistanceUm: 1, stigmator: 0.25 };
const framesPerIteration = 2;
const iterations = 6;

/**
 * Records with the statistics of a release run and no physics: 3 specimens x 2 dwell times x
 * `places`, errors log-normal with a spread of the scenario and one of the model, and now and then a
 * trajectory lost. 9 in 10 succeed.
 */
export function syntheticRun({
  name = 'run',
  algorithm = 'net',
  modelSha256 = 'aa'.repeat(32),
  seed = 1,
  luck = 1,
  own = 0.5,
  scale = 1,
  lost = 0,
  places = 30,
  physicsVersion = '1',
  timing,
  computeMs = 100,
}: SyntheticRun = {}): RunEvidence<TrajectoryRecord> {
  const records: TrajectoryRecord[] = [];
  for (const specimen of specimens) {
    for (const dwellTimeNs of dwellTimesNs) {
      for (let trajectory = 0; trajectory < places; trajectory++) {
        const scene = new RandomStream(seed, 'scene', specimen, trajectory);
        const shared = scene.normal();
        const isHard = scene.uniform() < 0.03;
        const direction = [scene.normal(), scene.normal(), scene.normal()];
        const noise = new RandomStream(luck, 'own', seed, specimen, dwellTimeNs, trajectory);
        const spread = Math.sqrt(1 - own ** 2) * shared + own * noise.normal();
        const isLost = noise.uniform() < lost || (isHard && noise.uniform() < 0.7);
        const base = specimen === 'resin' ? 0.4 : 0.25;
        const dose = dwellTimeNs === 50 ? 1.4 : 1;
        const errorUm = isLost ? 12 : scale * base * dose * Math.exp(0.55 * spread);
        records.push(
          recordOf({
            scenario: scenarioOf({
              ...{ algorithm, modelSha256, seed, specimen, dwellTimeNs, trajectory },
              physicsVersion,
            }),
            errorUm,
            direction,
            computeMs: computeMs * (1 + 0.05 * noise.normal()),
            timing,
          }),
        );
      }
    }
  }
  const keys = records.map(({ key }) => key);
  return { name, header: headerOf(records, keys, seed, places), records, missing: [], origins: [] };
}

function scenarioOf({
  algorithm,
  modelSha256,
  seed,
  specimen,
  dwellTimeNs,
  trajectory,
  physicsVersion,
}: {
  algorithm: string;
  modelSha256: string;
  seed: number;
  specimen: string;
  dwellTimeNs: number;
  trajectory: number;
  physicsVersion: string;
}): Scenario {
  const stratum = strata[trajectory % strata.length] ?? '';
  const start = new RandomStream(seed, 'start', trajectory);
  const reach = stratum === 'far' ? 12 : stratum === 'near' ? 4 : 0.3;
  return {
    suite: 'made-up',
    seed,
    trajectory,
    preset: 'merlin',
    psf: 'disc',
    specimen: {
      name: specimen,
      seed: new RandomStream(seed, 'specimen', trajectory).integerBelow(2 ** 32),
    },
    stage: { xUm: 80 * trajectory, yUm: 0 },
    stratum,
    start: {
      workingDistanceUm: reach * start.uniformBetween(-1, 1),
      stigmatorX: start.uniformBetween(-1, 1),
      stigmatorY: start.uniformBetween(-1, 1),
    },
    frame: { width: 512, height: 384, pixelSizeNm: 10, dwellTimeNs },
    calibration: calibrationGiven,
    calibrationSource: 'nominal',
    algorithm: { name: algorithm, version: '1', parameters: {}, modelSha256 },
    iterations,
    limits: { workingDistanceUm: 60, stigmator: 15 },
    margins,
    physicsVersion,
  };
}

function recordOf({
  scenario,
  errorUm,
  direction,
  computeMs,
  timing,
}: {
  scenario: Scenario;
  errorUm: number;
  direction: readonly number[];
  computeMs: number;
  timing: SyntheticRun['timing'];
}): TrajectoryRecord {
  const length = Math.hypot(...direction);
  const [z = 0, a = 0, b = 0] = direction.map((part) => (part / length) * errorUm);
  const end = { workingDistanceUm: z, stigmatorX: a / 7.2, stigmatorY: b / 7.2 };
  const { start } = scenario;
  const isGood = isInsideMargins(end, margins);
  // A start in focus is left on the way.
  const onTheWay = isInsideMargins(start, margins) ? { ...start, workingDistanceUm: 1.5 } : start;
  const step = {
    workingDistanceUm: start.workingDistanceUm < 0 ? 2 : -2,
    stigmatorX: 0,
    stigmatorY: 0,
  };
  const arrived = isGood ? Math.min(iterations, 2 + Math.floor(4 * errorUm)) : iterations + 1;
  const residualAt = (iteration: number) => {
    if (iteration === 0) return start;
    return iteration < arrived && iteration < iterations ? onTheWay : end;
  };
  const rows = Array.from({ length: iterations + 1 }, (_, iteration) => ({
    iteration,
    focus: { workingDistanceUm: 4500, stigmatorX: 0, stigmatorY: 0 },
    residual: residualAt(iteration),
    insideMargins: isInsideMargins(residualAt(iteration), margins),
    ...(iteration > 0 && { correction: step }),
    framesTotal: framesPerIteration * iteration,
    pixelsTotal: framesPerIteration * iteration * 512 * 384,
    doseElectronsPerNm2Total: 0.186 * scenario.frame.dwellTimeNs * iteration,
    electronsTotal: 3e6 * scenario.frame.dwellTimeNs * iteration,
    beamOnTotalS: 0.04 * iteration,
    settleTotalS: 0.2 * iteration,
    microscopeTotalS: 0.3 * iteration,
    computeMs: iteration === 0 ? 0 : computeMs,
  }));
  const outcome = outcomeOf({ iterations: rows, scenario });
  const failureClass = failureClassOf({ outcome, iterations: rows, scenario });
  return {
    schema: recordSchemaVersion,
    key: scenarioKey(scenario),
    scenario,
    outcome,
    ...(failureClass && { failureClass }),
    iterations: rows,
    timing: { startedAt: '2024-02-29T12:00:00.000Z', wallS: 1, workers: 2, ...timing },
  };
}

function headerOf(
  records: readonly TrajectoryRecord[],
  keys: readonly string[],
  seed: number,
  places: number,
): PlanHeader {
  const [first] = records;
  const algorithm = first?.scenario.algorithm;
  return planHeaderSchema.parse({
    schema: recordSchemaVersion,
    planHash: sha256OfJson({ recordSchema: recordSchemaVersion, keys }),
    physicsVersion: first?.scenario.physicsVersion,
    suite: {
      schema: 1,
      name: 'made-up',
      title: 'Made up',
      description: 'For tests of the gate.',
      seed,
      presets: ['merlin'],
      specimens,
      frame: { width: 512, height: 384 },
      trajectories: {
        count: places,
        gridSpacingUm: 80,
        start: { workingDistanceUm: [-12, 12], stigmatorX: [-1, 1], stigmatorY: [-1, 1] },
      },
      algorithms: [{ name: algorithm?.name, iterations, dwellTimesNs }],
      limits: { workingDistanceUm: 60, stigmator: 15 },
      margins,
    },
    algorithms: [algorithm],
    keys,
  });
}
