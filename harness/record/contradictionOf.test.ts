import { describe, expect, it } from 'vitest';
import { runTrajectory } from '../experiment/run/index.ts';
import { planSuite } from '../experiment/suite/index.ts';
import { fakeRegistry } from '../experiment/testing/fakeRegistry.ts';
import { fakeSuite } from '../experiment/testing/fakeSuite.ts';
import { testServices } from '../experiment/testing/testServices.ts';
import { addFocus, type FocusChange } from '../microscope/index.ts';
import { contradictionOf } from './contradictionOf.ts';
import type { TrajectoryRecord } from './TrajectoryRecord.ts';

const registry = fakeRegistry();
const [scenario] = planSuite(fakeSuite(), registry).scenarios;
if (scenario === undefined) throw new Error('no scenario');
const { record: focused } = await runTrajectory(scenario, registry, testServices());
const { record: missed } = await runTrajectory(
  { ...scenario, iterations: 2 },
  registry,
  testServices(),
);

function of(record: TrajectoryRecord, change: (copy: TrajectoryRecord) => unknown) {
  const copy = structuredClone(record);
  change(copy);
  return contradictionOf(copy);
}

describe('what a record says', () => {
  it('holds as it was written', () => {
    expect([focused, missed].map(({ outcome, failureClass }) => [outcome, failureClass])).toEqual([
      ['converged', undefined],
      ['missed', 'budget-spent'],
    ]);
    expect([focused, missed].map(contradictionOf)).toEqual([undefined, undefined]);
  });

  it('is refused where the rows say otherwise', () => {
    expect([
      of(missed, (record) => {
        delete record.failureClass;
      }),
      of(missed, (record) => Object.assign(record, { failureClass: 'timeout' })),
      of(missed, (record) => Object.assign(record, { outcome: 'converged' })),
      of(missed, (record) => {
        record.outcome = 'declined';
        record.scenario.specimen.isBlank = true;
        delete record.failureClass;
      }),
      of(missed, ({ iterations }) => Object.assign(iterations[2]!, { insideMargins: true })),
      of(missed, ({ iterations }) => Object.assign(iterations[2]!, { framesTotal: 0 })),
      of(missed, ({ iterations }) => Object.assign(iterations[0]!, { framesTotal: 1 })),
      of(missed, ({ iterations }) => Object.assign(iterations[1]!, { stopped: 'by hand' })),
      of(missed, ({ iterations }) => Object.assign(iterations[2]!, { stopped: 'by hand' })),
      of(missed, ({ iterations }) => iterations.splice(1, 1)),
      of(missed, ({ iterations }) => iterations.splice(1)),
      of(missed, ({ iterations }) => iterations.push({ ...iterations[2]!, iteration: 3 })),
      of(missed, (record) => Object.assign(record, { message: 'all is well' })),
      of(missed, (record) => {
        const of = (view: string) => `previews/0000000000000000-${view}.png`;
        record.previews = { before: of('before'), after: of('after'), inFocus: of('in-focus') };
      }),
    ]).toMatchInlineSnapshot(`
      [
        "failureClass is absent, the rows say budget-spent",
        "failureClass is timeout, the rows say budget-spent",
        "outcome is converged, the rows say missed",
        "outcome is declined, the rows say missed",
        "iterations[2].insideMargins is true, the residual says false",
        "iterations[2].framesTotal is 0, and must be at least 1",
        "iterations[0].framesTotal is 1, and must be 0",
        "iterations[1].stopped stands before the last row",
        "iterations[2].correction is there: every step has one, start and stop have none",
        "iterations[1].iteration is 2, and must be 1",
        "iterations must hold the start and at least one more row",
        "iterations[3] is one more than the 2 iterations of the scenario",
        "message is "all is well", the last row says absent",
        "previews.before is previews/0000000000000000-before.png, of another record",
      ]
    `);
  });

  it('may be a timeout or an exception of one that was stopped, and never a success', () => {
    const stopped = structuredClone(missed);
    const { correction: _, ...last } = stopped.iterations[2]!;
    stopped.iterations[2] = { ...last, insideMargins: false, stopped: 'too late' };
    Object.assign(stopped, { outcome: 'failed', failureClass: 'timeout', message: 'too late' });
    expect(contradictionOf(stopped)).toBeUndefined();
    expect(of(stopped, (record) => Object.assign(record, { failureClass: 'exception' }))).toBe(
      undefined,
    );
    expect(
      of(stopped, (record) => {
        delete record.failureClass;
      }),
    ).toBe('failureClass is absent, the rows say exception');
    expect(of(stopped, (record) => Object.assign(record, { outcome: 'missed' }))).toBe(
      'outcome is missed, the rows say failed or diverged',
    );
  });

  it('agrees with the reference of an instrument, and has none in simulation', () => {
    const before = { workingDistanceUm: 4500, stigmatorX: 1, stigmatorY: 2 };
    const measured = structuredClone(focused);
    measured.scenario.instrument = {
      hasStage: true,
      reference: {
        algorithm: { name: 'method', version: '1', parameters: {} },
        dwellTimeNs: 200,
      },
    };
    measured.reference = {
      before,
      after: { ...before, workingDistanceUm: 4501 },
      sd: { workingDistanceUm: 0.5, stigmatorX: 0.1, stigmatorY: 0.1 },
      ...{ frames: 11, doseElectronsPerNm2: 100 },
    };
    for (const row of measured.iterations) {
      row.focus = addFocus(
        { ...before, workingDistanceUm: 4500.5 },
        row.residual as FocusChange,
      ) as typeof row.focus;
    }
    expect([
      of(measured, () => {}),
      of(measured, (record) => {
        delete record.reference;
      }),
      of(measured, (record) => {
        delete record.scenario.instrument;
      }),
      of(measured, ({ reference }) => Object.assign(reference!.sd, { workingDistanceUm: 0.4 })),
      of(measured, ({ reference }) => Object.assign(reference!.after, { stigmatorX: 1.125 })),
      of(measured, ({ iterations }) => Object.assign(iterations[1]!.focus, before)),
    ]).toMatchInlineSnapshot(`
      [
        undefined,
        "reference is missing: a record of an instrument has one, and no other",
        "reference is there: a record of an instrument has one, and no other",
        "reference.sd.workingDistanceUm is 0.4, and must be at least half of the drift, 0.5",
        "iterations[0].residual.stigmatorX is -3.5341542600729476, from the reference it is -3.5966542600729476",
        "iterations[1].residual.workingDistanceUm is 4.673296579845555, from the reference it is -0.5",
      ]
    `);
  });
});
