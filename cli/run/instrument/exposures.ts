import {
  leastReferenceIterations,
  picturesOfTrajectory,
} from '../../../harness/experiment/run/index.ts';
import type { Plan } from '../../../harness/experiment/suite/index.ts';
import {
  type FrameRequest,
  focusParameters,
  frameDoseElectronsPerNm2,
  type MicroscopeDescription,
} from '../../../harness/microscope/index.ts';
import type { Scenario } from '../../../harness/record/index.ts';
import { expectedWork } from '../expectedSeconds.ts';

/** What a plan exposes one place of an instrument to, if it comes to its end. */
export interface PlaceExposure {
  /** From the place where the run begins. */
  readonly stage: Scenario['stage'];
  readonly trajectories: number;
  readonly frames: number;
  readonly doseElectronsPerNm2: number;
  /** Frames, settling and computing, s. Overheads of lines and frames are not described. */
  readonly timeS: number;
}

/** Frames of an iteration of a method that works on pairs. */
const pair = 2;

/**
 * What a plan exposes, place by place in the order in which they are driven to. The reference is counted with as few
 * iterations as it can have; a place where it begins far from focus takes more.
 */
export function exposuresOf(
  { scenarios, expected }: Pick<Plan, 'scenarios' | 'expected'>,
  description: MicroscopeDescription,
): readonly PlaceExposure[] {
  const settleS = Math.max(
    ...focusParameters.map((name) => description.parameters[name].settleTimeS),
  );
  const places = new Map<string, PlaceExposure>();
  for (const [i, scenario] of scenarios.entries()) {
    const { instrument, stage, frame } = scenario;
    const cost = expected[i];
    if (instrument === undefined || cost === undefined) continue;
    const at = JSON.stringify(stage);
    const sum = places.get(at) ?? { ...nothing, stage };
    const work = expectedWork(scenario, cost);
    // Before the first one at a place, and after each.
    const measurements = sum.trajectories === 0 ? 2 : 1;
    const reference = {
      frames: measurements * leastReferenceIterations * pair,
      request: { ...frame, dwellTimeNs: instrument.reference.dwellTimeNs },
    };
    const parts = [
      { frames: work.frames + picturesOfTrajectory, request: frame },
      reference,
    ] satisfies readonly { readonly frames: number; readonly request: FrameRequest }[];
    const timeOf = ({ frames, request }: (typeof parts)[number]): number => {
      const { width, height, dwellTimeNs } = request;
      return frames * (description.passes * width * height * dwellTimeNs * 1e-9 + settleS);
    };
    const computeS =
      work.computeS + expectedWork(instrument.reference, { frames: reference.frames }).computeS;
    places.set(at, {
      stage,
      trajectories: sum.trajectories + 1,
      frames: parts.reduce((total, { frames }) => total + frames, sum.frames),
      doseElectronsPerNm2: parts.reduce(
        (total, { frames, request }) =>
          total + frames * frameDoseElectronsPerNm2(description, request),
        sum.doseElectronsPerNm2,
      ),
      timeS: parts.reduce((total, part) => total + timeOf(part), sum.timeS) + computeS,
    });
  }
  return [...places.values()];
}

const nothing = { trajectories: 0, frames: 0, doseElectronsPerNm2: 0, timeS: 0 };
