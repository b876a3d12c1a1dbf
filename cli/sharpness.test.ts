import { describe, expect, it } from 'vitest';
import { runTrajectory } from '../harness/experiment/run/index.ts';
import { planSuite } from '../harness/experiment/suite/index.ts';
import type { FocusState } from '../harness/microscope/index.ts';
import type { TrajectoryRecord } from '../harness/record/index.ts';
import { registry } from './lab/index.ts';
import { tinySuite } from './testing/tinySuite.ts';

interface Case {
  readonly specimen?: string;
  readonly start?: FocusState;
  readonly iterations: number;
}

const far: FocusState = { workingDistanceUm: 9, stigmatorX: -3, stigmatorY: 3 };
const near: FocusState = { workingDistanceUm: 2, stigmatorX: 0.3, stigmatorY: -0.3 };

/** One trajectory on preset merlin-real, 384 x 288 px at 200 ns. */
async function trajectory(
  name: string,
  { specimen = 'tissue', start = far, iterations }: Case,
): Promise<TrajectoryRecord> {
  const { workingDistanceUm: z, stigmatorX: x, stigmatorY: y } = start;
  const [scenario] = planSuite(
    {
      ...tinySuite,
      seed: 8201,
      presets: ['merlin-real'],
      psf: ['disc'],
      specimens: [specimen],
      frame: { width: 384, height: 288 },
      trajectories: {
        count: 1,
        gridSpacingUm: 80,
        start: { workingDistanceUm: [z, z], stigmatorX: [x, x], stigmatorY: [y, y] },
      },
      algorithms: [{ name, iterations, dwellTimesNs: [200] }],
    },
    registry,
  ).scenarios;
  if (scenario === undefined) throw new Error('an empty plan');
  const { record } = await runTrajectory(scenario, registry, {
    signal: new AbortController().signal,
    clock: { nowMs: () => 0 },
    now: () => new Date(0),
  });
  return record;
}

/** A stigmator unit of the preset is 4 um of focal shift. */
const focalErrorUm = ({ workingDistanceUm, stigmatorX, stigmatorY }: FocusState): number =>
  Math.hypot(workingDistanceUm, 4 * stigmatorX, 4 * stigmatorY);

const lastOf = ({ iterations }: TrajectoryRecord) => {
  const last = iterations.at(-1);
  if (last === undefined) throw new Error('no rows');
  return last;
};

describe('single-frame algorithms on simulated tissue', () => {
  it('sharpness-sweep comes inside the margins from far away', async () => {
    const record = await trajectory('sharpness-sweep', { iterations: 20 });
    expect(record.outcome).toBe('converged');
    expect(lastOf(record).framesTotal).toBeLessThan(60);
  });

  it('sharpness-simplex is on its way after twenty iterations', async () => {
    const { residual } = lastOf(await trajectory('sharpness-simplex', { iterations: 20 }));
    expect(focalErrorUm(residual)).toBeLessThan(focalErrorUm(far) / 2);
  });

  it('heuristic creeps inside the margins from near by', async () => {
    const record = await trajectory('heuristic', { start: near, iterations: 16 });
    expect(record.outcome).toBe('converged');
    expect(lastOf(record).framesTotal).toBe(16);
  });

  it('afss comes inside the margins from near by', async () => {
    const record = await trajectory('afss', { start: near, iterations: 6 });
    expect(record.outcome).toBe('converged');
    expect(lastOf(record).framesTotal).toBe(18);
  });

  it.each(['heuristic', 'afss'])('%s fails from far away, as it must', async (name) => {
    const record = await trajectory(name, { iterations: 4 });
    expect(['missed', 'declined']).toContain(record.outcome);
  });
});

it.each(['sharpness-simplex', 'sharpness-sweep', 'heuristic', 'afss'])(
  '%s declines on blank resin and leaves the microscope where it was',
  async (name) => {
    const record = await trajectory(name, { specimen: 'blank', iterations: 40 });
    expect(record.outcome).toBe('declined');
    const { residual } = record.iterations[0] ?? {};
    expect(lastOf(record).residual).toEqual(residual);
  },
);
