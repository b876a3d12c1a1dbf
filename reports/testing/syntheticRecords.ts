import { calibrationGiven } from '../../harness/gate/testing/calibrationGiven.ts';
import type { FocusChange, FocusState } from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import {
  failureClassOf,
  type IterationRow,
  type Outcome,
  recordSchemaVersion,
  type Scenario,
  scenarioKey,
  type TrajectoryRecord,
} from '../../harness/record/index.ts';

/** What to make records of. */
export interface SyntheticOptions {
  readonly trajectories: number;
  readonly seed?: number;
  readonly presets?: readonly string[];
  readonly specimens?: readonly string[];
  readonly dwellTimesNs?: readonly number[];
  /** After the names of the three algorithms, for three of each. */
  readonly suffixes?: readonly string[];
}

const margins = { workingDistanceUm: 1, stigmator: 0.25 };

/** How a made-up algorithm moves: the residual shrinks by a factor and noise of 1/sqrt(dose) is added. */
const behaviours = [
  {
    name: 'deepfocus',
    factor: 0.15,
    noiseUm: 0.9,
    framesPerIteration: 2,
    iterations: 10,
    computeMs: 240,
  },
  {
    name: 'deepscore-simplex',
    factor: 0.86,
    noiseUm: 0.8,
    framesPerIteration: 1,
    iterations: 40,
    computeMs: 35,
  },
  {
    name: 'mapfost',
    factor: 0.45,
    noiseUm: 1.6,
    framesPerIteration: 2,
    iterations: 10,
    computeMs: 900,
  },
] as const;
interface Behaviour extends Omit<(typeof behaviours)[number], 'name'> {
  readonly name: string;
}

/**
 * Made-up records for testing reports: three algorithms, two dwell times, every outcome, unequal
 * lengths, common starts. Nothing in them was simulated; they only have the shape of records.
 */
export function syntheticRecords({
  trajectories,
  seed = 1,
  presets = ['merlin'],
  specimens = ['tissue'],
  dwellTimesNs = [50, 200],
  suffixes = [''],
}: SyntheticOptions): readonly TrajectoryRecord[] {
  const records: TrajectoryRecord[] = [];
  for (const preset of presets) {
    for (const specimen of specimens) {
      for (const dwellTimeNs of dwellTimesNs) {
        for (const behaviour of suffixes.flatMap(named)) {
          for (let trajectory = 0; trajectory < trajectories; trajectory++) {
            const scenario = scenarioOf(behaviour, {
              seed,
              trajectory,
              preset,
              specimen,
              dwellTimeNs,
            });
            records.push(recordOf(scenario, behaviour));
          }
        }
      }
    }
  }
  return records;
}

function named(suffix: string): readonly Behaviour[] {
  return behaviours.map((behaviour) => ({ ...behaviour, name: `${behaviour.name}${suffix}` }));
}

function scenarioOf(
  { name, iterations }: Behaviour,
  about: {
    seed: number;
    trajectory: number;
    preset: string;
    specimen: string;
    dwellTimeNs: number;
  },
): Scenario {
  const { seed, trajectory, preset, specimen, dwellTimeNs } = about;
  const random = new RandomStream(seed, 'start', trajectory);
  return {
    suite: 'synthetic',
    seed,
    trajectory,
    preset,
    psf: 'gaussian',
    specimen: { name: specimen, seed: trajectory },
    stage: { xUm: 80 * (trajectory % 3), yUm: 80 * Math.floor(trajectory / 3) },
    start: {
      workingDistanceUm: random.uniformBetween(8, 12),
      stigmatorX: random.uniformBetween(-4, -2),
      stigmatorY: random.uniformBetween(2, 4),
    },
    frame: { width: 1024, height: 768, pixelSizeNm: 10.03, dwellTimeNs },
    calibration: calibrationGiven,
    calibrationSource: 'nominal',
    algorithm: {
      name,
      version: '1',
      parameters: { patches: 5 },
      ...(name === 'mapfost' ? {} : { modelSha256: 'ab'.repeat(32) }),
    },
    iterations,
    limits: { workingDistanceUm: 60, stigmator: 15 },
    margins,
    physicsVersion: 'synthetic',
  };
}

function recordOf(scenario: Scenario, behaviour: Behaviour): TrajectoryRecord {
  const { trajectory, frame, start, seed } = scenario;
  const random = new RandomStream(seed, 'course', behaviour.name, frame.dwellTimeNs, trajectory);
  const fate = fateOf(behaviour, trajectory);
  const stopsAfter =
    fate === 'course'
      ? behaviour.iterations - (behaviour.framesPerIteration === 1 ? random.integerBelow(20) : 0)
      : { declined: 1, failed: 2, diverged: 5 }[fate];
  const dosePerFrame = 0.093 * frame.dwellTimeNs;
  const noiseUm = behaviour.noiseUm / Math.sqrt(dosePerFrame);
  const factor = fate === 'diverged' ? -1.4 : behaviour.factor;

  const rows = [rowOf(0, start, { frame, frames: 0, dosePerFrame, computeMs: 0 })];
  let residual = start;
  for (let iteration = 1; iteration <= stopsAfter; iteration++) {
    residual =
      fate === 'declined'
        ? residual
        : {
            workingDistanceUm: factor * residual.workingDistanceUm + noiseUm * random.normal(),
            stigmatorX: factor * residual.stigmatorX + 0.14 * noiseUm * random.normal(),
            stigmatorY: factor * residual.stigmatorY + 0.14 * noiseUm * random.normal(),
          };
    const frames = iteration * behaviour.framesPerIteration;
    const computeMs = behaviour.computeMs * Math.exp(0.15 * random.normal());
    const row = rowOf(iteration, residual, { frame, frames, dosePerFrame, computeMs });
    rows.push(fate === 'declined' ? { ...row, declined: 'no structure in the frames' } : row);
  }
  const outcome: Outcome =
    fate === 'course' ? (rows.at(-1)?.insideMargins ? 'converged' : 'missed') : fate;
  const failureClass = failureClassOf({ outcome, iterations: rows, scenario });
  return {
    schema: recordSchemaVersion,
    key: scenarioKey(scenario),
    scenario,
    outcome,
    ...(failureClass && { failureClass }),
    ...(fate === 'failed' && { message: 'AlgorithmError: the correction must be finite' }),
    iterations: rows,
    ...(behaviour.framesPerIteration === 2 && { pairBoundSd: boundOf(dosePerFrame) }),
    timing: { startedAt: '2024-01-01T00:00:00.000Z', wallS: 1 },
  };
}

/** Made up like everything here: falls with the root of the dose. */
function boundOf(dosePerFrame: number): FocusState {
  const sd = 0.02 / Math.sqrt(dosePerFrame);
  return { workingDistanceUm: sd, stigmatorX: sd / 3, stigmatorY: sd / 3 };
}

/** A few trajectories are made to end in each of the rarer ways. */
function fateOf(
  { name }: Behaviour,
  trajectory: number,
): 'course' | 'declined' | 'diverged' | 'failed' {
  if (name === 'deepfocus' && trajectory % 9 === 5) return 'declined';
  if (name === 'mapfost' && trajectory % 9 === 3) return 'diverged';
  if (name === 'deepscore-simplex' && trajectory % 9 === 7) return 'failed';
  return 'course';
}

function rowOf(
  iteration: number,
  residual: FocusChange,
  cost: { frame: Scenario['frame']; frames: number; dosePerFrame: number; computeMs: number },
): IterationRow {
  const { frame, frames, dosePerFrame, computeMs } = cost;
  const pixelsTotal = frames * frame.width * frame.height;
  const beamOnTotalS = pixelsTotal * frame.dwellTimeNs * 1e-9;
  return {
    iteration,
    focus: { ...residual, workingDistanceUm: 4500 + residual.workingDistanceUm },
    residual,
    insideMargins:
      Math.abs(residual.workingDistanceUm) <= margins.workingDistanceUm &&
      Math.abs(residual.stigmatorX) <= margins.stigmator &&
      Math.abs(residual.stigmatorY) <= margins.stigmator,
    framesTotal: frames,
    pixelsTotal,
    doseElectronsPerNm2Total: frames * dosePerFrame,
    electronsTotal: pixelsTotal * dosePerFrame * frame.pixelSizeNm ** 2,
    beamOnTotalS,
    settleTotalS: 0.1 * frames,
    microscopeTotalS: beamOnTotalS + 0.1 * frames,
    computeMs,
  };
}
