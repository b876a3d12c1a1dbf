import { z } from 'zod';
import {
  type AutofocusContext,
  type AutofocusStep,
  FrameMeter,
} from '../../harness/algorithm/index.ts';
import {
  type FocusChange,
  type FocusParameter,
  type FocusState,
  type Frame,
  focusParameters,
  subtractFocus,
} from '../../harness/microscope/index.ts';
import { endOfSearch } from './endOfSearch.ts';
import { frameEffect, significantEffect } from './frameEffect.ts';
import { type FrameSharpness, frameSharpness } from './frameSharpness.ts';
import { peakOfSweep, type SweepSample } from './peakOfSweep.ts';
import { sharpnessMetricNames, sharpnessMetrics } from './sharpnessMetrics.ts';

const roundSchema = z.strictObject({
  /** Low-pass of the metric, standard deviation. */
  lowPassPx: z.number().min(2).max(16).meta({ unit: 'px' }),
  /** A sweep goes from minus to plus this around the present state. */
  workingDistanceUm: z.number().positive().max(1000).meta({ unit: 'um' }),
  /** Likewise; 0 leaves the stigmators alone. */
  stigmator: z.number().min(0).max(100).meta({ unit: 'stigmator unit' }),
  /** Frames of a sweep, before it is extended. */
  samples: z.number().int().min(3).max(99),
});

/** Parameters of the sweeps; every round is a sweep of the working distance, then of X, then of Y. */
export const sweepParametersSchema = z.strictObject({
  metric: z.enum(sharpnessMetricNames).default('brenner'),
  rounds: z
    .array(roundSchema)
    .min(1)
    .max(20)
    .default([
      { lowPassPx: 8, workingDistanceUm: 15, stigmator: 4.5, samples: 5 },
      { lowPassPx: 3, workingDistanceUm: 6, stigmator: 1.2, samples: 5 },
      { lowPassPx: 2, workingDistanceUm: 3, stigmator: 0, samples: 5 },
    ]),
});
type SweepRound = z.infer<typeof roundSchema>;
export type SweepParameters = z.infer<typeof sweepParametersSchema>;

/** How many frames more a sweep may take while its sharpest sample is the outermost one. */
const longestExtension = 4;

/**
 * Coarse-to-fine series of frames: along the working distance, then the first stigmator, then the
 * second, again and again with a finer low-pass over a shorter range.
 *
 * Far from focus a fine metric has its ridges where one of the two line foci is sharp, away from
 * best focus, and a search along one axis gets stuck on them. Behind a low-pass as wide as the blur
 * the squared blur alone counts, to which working distance and stigmators contribute separately.
 *
 * One item per sweep, which leaves the microscope at the peak; where the frames of a sweep differ by
 * no more than noise it leaves it where it was. Declines after a first round without any effect, and
 * where the peak of a last sweep lies at a limit. A last look at start and end, with an item of its own, puts the start back unless the end is sharper.
 */
export async function* searchBySweeps(
  context: AutofocusContext,
  parameters: SweepParameters,
): AsyncGenerator<AutofocusStep, void, void> {
  const { microscope, signal } = context;
  const meter = new FrameMeter(context);
  const judgeWith =
    (lowPassPx: number) =>
    ({ pixels }: Frame) =>
      frameSharpness(pixels, sharpnessMetrics[parameters.metric], lowPassPx);
  const start = await microscope.readFocus({ signal });
  let focus = start;
  let iteration = 0;
  let hasMoved = false;
  let reach: FocusChange = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };
  for (const round of parameters.rounds) {
    const axes = focusParameters.filter((axis) => halfRange(round, axis) > 0);
    for (const axis of axes) {
      iteration++;
      const before = focus;
      const judge = judgeWith(round.lowPassPx);
      const expose = (state: FocusState) => meter.measure(state, judge);
      const samples = await sweep(expose, before, axis, round);
      reach = { ...reach, [axis]: stepOf(round, axis) };
      const effect = samples.length < 2 ? 0 : frameEffect(samples.map(({ evidence }) => evidence));
      const peak = effect < significantEffect ? undefined : peakOfSweep(samples);
      const target = peak === undefined ? before : { ...before, [axis]: peak.position };
      focus = await microscope.writeFocus(target, { signal });
      hasMoved ||= peak !== undefined;
      const isGivenUp = !hasMoved && axis === axes.at(-1);
      yield {
        iteration,
        correction: subtractFocus(focus, before),
        ...(peak && {
          correctionSd: { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0, [axis]: peak.sd },
        }),
        focus,
        ...meter.settle(),
        ...(isGivenUp && { declined: 'the frames of no sweep differ by more than noise' }),
        diagnostics: { axis, samples: samples.length, effect },
      };
      if (isGivenUp) return;
    }
  }
  const lowPassPx = Math.min(...parameters.rounds.map((round) => round.lowPassPx));
  yield await endOfSearch(context, meter, {
    start,
    end: focus,
    judge: judgeWith(lowPassPx),
    iteration: iteration + 1,
    failure: meter.limitNextTo(focus, reach),
  });
}

function halfRange(round: SweepRound, axis: FocusParameter): number {
  return axis === 'workingDistanceUm' ? round.workingDistanceUm : round.stigmator;
}

function stepOf(round: SweepRound, axis: FocusParameter): number {
  return (2 * halfRange(round, axis)) / (round.samples - 1);
}

type Sample = SweepSample & FrameSharpness;

async function sweep(
  judged: (state: FocusState) => Promise<FrameSharpness | undefined>,
  around: FocusState,
  axis: FocusParameter,
  round: SweepRound,
): Promise<Sample[]> {
  const range = halfRange(round, axis);
  const step = stepOf(round, axis);
  const samples: Sample[] = [];
  const expose = async (position: number) => {
    const found = await judged({ ...around, [axis]: position });
    if (found !== undefined) samples.push({ position, ...found });
    return found !== undefined;
  };
  // From low to high, as a lens with hysteresis wants it.
  for (let i = 0; i < round.samples; i++) await expose(around[axis] - range + i * step);
  if (samples.length === 0) return samples;
  for (let extra = 0; extra < longestExtension; extra++) {
    const positions = samples.map(({ position }) => position);
    const sharpest = samples.reduce((p, q) => (q.sharpness > p.sharpness ? q : p)).position;
    const lowest = Math.min(...positions);
    const highest = Math.max(...positions);
    if (sharpest !== lowest && sharpest !== highest) break;
    if (!(await expose(sharpest === lowest ? lowest - step : highest + step))) break;
  }
  return samples;
}
