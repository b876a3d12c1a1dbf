import { describe, expect, it } from 'vitest';
import { planSuite } from '../../../harness/experiment/suite/index.ts';
import type { TrajectoryRecord } from '../../../harness/record/index.ts';
import { syntheticRecords } from '../../../reports/testing/syntheticRecords.ts';
import { registry } from '../../lab/index.ts';
import { tinySuite } from '../../testing/tinySuite.ts';
import { RunFollower } from './RunFollower.ts';

const plan = planSuite(tinySuite, registry);
const courses = syntheticRecords({ trajectories: 1, dwellTimesNs: [200] });

function rowOf(iteration: number, wd: number, pixelsTotal: number) {
  const residual = { workingDistanceUm: wd, stigmatorX: -2.00004, stigmatorY: 3 };
  return {
    iteration,
    focus: residual,
    residual,
    insideMargins: false,
    framesTotal: 2 * iteration,
    pixelsTotal,
    doseElectronsPerNm2Total: 37.25 * iteration,
    electronsTotal: 0,
    beamOnTotalS: 0,
    settleTotalS: 0,
    microscopeTotalS: 0,
    computeMs: 0,
  };
}

/** A follower with a clock that is wound by hand. */
function followed() {
  let ms = 0;
  const follower = new RunFollower(
    { plan, folder: 'results/tiny', isTimed: false },
    { nowMs: () => ms },
  );
  const scenario = plan.scenarios[0];
  if (scenario === undefined) throw new RangeError('the tiny suite must hold a scenario');
  return {
    follower,
    scenario,
    wind: (seconds: number) => {
      ms += 1e3 * seconds;
    },
  };
}

describe('RunFollower', () => {
  it('knows the suite before anything has happened', () => {
    const { follower } = followed();
    expect(follower.picture()).toMatchObject({
      suite: { name: 'tiny' },
      algorithms: ['mapfost', 'spectral'],
      conditions: ['merlin, gaussian PSF, tissue, 200 ns'],
      trajectories: [],
      progress: { state: 'running', total: 4, stored: 0, before: 0, share: 0 },
    });
    expect(follower.change()).toBeUndefined();
  });

  it('tells what has changed once, each trajectory whole', () => {
    const { follower, scenario } = followed();
    follower.event({ type: 'planned', trajectories: 4, pixelsToDo: 1000 });
    follower.event({ type: 'trajectory-start', index: 0, scenario });
    follower.event({ type: 'step', index: 0, scenario, row: rowOf(0, 10, 0) });
    follower.event({ type: 'step', index: 0, scenario, row: rowOf(1, 4, 100) });
    expect(follower.change()?.trajectories).toEqual([
      {
        index: 0,
        algorithm: 1,
        condition: 0,
        trajectory: 0,
        planned: 2,
        residuals: [
          [10, -2, 3],
          [4, -2, 3],
        ],
        doseElectronsPerNm2: 37.25,
        frames: 2,
      },
    ]);
    expect(follower.change()).toBeUndefined();
  });

  it('says where a frame was taken, until its trajectory has ended', () => {
    const { follower, scenario } = followed();
    const focus = { workingDistanceUm: 4510, stigmatorX: 1, stigmatorY: 2 };
    const about = { number: 3, width: 4, height: 2, pixelSizeNm: 40 };
    const shown = { ...about, focus, grey: new Uint8Array(8) };
    const frameOf = () => follower.picture().trajectories[0]?.frame;
    follower.event({ type: 'trajectory-start', index: 0, scenario });
    follower.frame(0, shown);
    expect(frameOf()).toEqual(about);
    // Best focus is at 4500 um, 3 and -1.
    const row = {
      ...rowOf(1, 4, 100),
      focus: { workingDistanceUm: 4504, stigmatorX: 0.99996, stigmatorY: 2 },
    };
    follower.event({ type: 'step', index: 0, scenario, row });
    follower.frame(0, shown);
    expect(frameOf()).toEqual({ ...about, offset: [10, -2, 3] });
    const record = { ...courses[0], scenario } as TrajectoryRecord;
    const stored = { expectedPixels: 100, stored: 1, trajectories: 4 };
    follower.event({ type: 'trajectory-end', index: 0, record, ...stored });
    follower.frame(0, shown);
    expect(frameOf()).toBeUndefined();
  });

  it('reckons the time left from pixels, without the first ones', () => {
    const { follower, scenario, wind } = followed();
    follower.event({ type: 'planned', trajectories: 4, pixelsToDo: 1000 });
    follower.event({ type: 'trajectory-start', index: 0, scenario });
    wind(60);
    follower.event({ type: 'step', index: 0, scenario, row: rowOf(1, 4, 100) });
    expect(follower.picture().progress.leftS).toBeUndefined();
    wind(10);
    follower.event({ type: 'step', index: 0, scenario, row: rowOf(2, 4, 200) });
    // 100 pixels took 10 s, 800 are left.
    expect(follower.picture().progress).toMatchObject({ share: 0.2, elapsedS: 70, leftS: 80 });
  });

  it('does not go backwards where a trajectory takes more than was reckoned', () => {
    const { follower, scenario } = followed();
    const expectedPixels = plan.expected[0]?.pixels ?? 0;
    const share = () => follower.picture().progress.share;
    follower.event({ type: 'planned', trajectories: 4, pixelsToDo: 4 * expectedPixels });
    follower.event({ type: 'trajectory-start', index: 0, scenario });
    follower.event({ type: 'step', index: 0, scenario, row: rowOf(1, 4, 3 * expectedPixels) });
    expect(share()).toBe(0.25);
    const record = { ...courses[0], scenario } as TrajectoryRecord;
    const stored = { expectedPixels, stored: 1, trajectories: 4 };
    follower.event({ type: 'trajectory-end', index: 0, record, ...stored });
    expect(share()).toBe(0.25);
  });

  it('counts what earlier runs have stored, and ends', () => {
    const { follower } = followed();
    follower.event({ type: 'resumed', stored: 3, trajectories: 4 });
    follower.event({ type: 'warning', message: 'something' });
    follower.end('complete', 'results/tiny/report.html');
    expect(follower.picture()).toMatchObject({
      messages: ['something'],
      report: 'results/tiny/report.html',
      progress: { state: 'complete', stored: 3, before: 3 },
    });
  });

  it('keeps the latest of many messages', () => {
    const { follower } = followed();
    for (let i = 0; i < 200; i++) follower.say(String(i));
    expect(follower.picture().messages).toHaveLength(50);
    expect(follower.picture().messages.at(-1)).toBe('199');
  });
});
