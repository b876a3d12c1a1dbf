import type { PerturbedPair } from '../../algorithm/index.ts';
import {
  type Calibration,
  type FocusChange,
  type FocusLimits,
  type FocusParameter,
  type Frame,
  focusParameters,
  limitOf,
  type MicroscopeDescription,
} from '../../microscope/index.ts';
import type { Probe } from './Probe.ts';

/** The moves of a check, within its limits; half-distances. */
export interface Moves {
  /** Of the working distance from the middle to either frame of a pair, um. */
  readonly perturbationUm: number;
  /** Of the working distance from the start to the middle of a pair, um. */
  readonly stepUm: number;
}

/** 5 and 3 um at the usual limit of 10 um: no state is farther than 8 um from the start. */
export function movesWithin({ workingDistanceUm }: FocusLimits): Moves {
  return { perturbationUm: 0.5 * workingDistanceUm, stepUm: 0.3 * workingDistanceUm };
}

/** Read-backs of one parameter as distances from what was asked for, in its unit. */
export interface ReadBack {
  readonly parameter: FocusParameter;
  readonly largestError: number;
  /** Largest difference at one value, approached from below and from above. */
  readonly largestPlay: number;
}

/** Of the limit: far, near, and less than any algorithm moves at the end. */
const [far, near, least] = [0.5, 0.25, 0.02];

/** Sets each parameter to a few values from below and from above; exposes nothing. */
export async function readBackMoves(
  probe: Probe,
  limits: FocusLimits,
  { parameters }: MicroscopeDescription,
): Promise<ReadBack[]> {
  const found: ReadBack[] = [];
  const start = await probe.set({});
  for (const parameter of focusParameters) {
    const limit = limitOf(limits, parameter);
    const step = Math.min(Math.max(parameters[parameter].step ?? 0, least * limit), limit);
    const seen = new Map<number, number[]>();
    for (const offset of [step, near, far, near, 0, -near, -far, -near, 0].map((part, i) =>
      i === 0 ? part : part * limit,
    )) {
      const read = await probe.set({ [parameter]: offset });
      const error = read[parameter] - start[parameter] - offset;
      seen.set(offset, [...(seen.get(offset) ?? []), error]);
    }
    const errors = [...seen.values()];
    found.push({
      parameter,
      largestError: Math.max(...errors.flat().map(Math.abs)),
      largestPlay: Math.max(...errors.map((some) => Math.max(...some) - Math.min(...some))),
    });
  }
  return found;
}

/** A pair around a state, given by its distance from the start. */
export async function pairAround(
  probe: Probe,
  middle: Partial<FocusChange>,
  { perturbationUm }: Moves,
): Promise<PerturbedPair> {
  const at = async (offsetUm: number): Promise<Frame> => {
    const workingDistanceUm = (middle.workingDistanceUm ?? 0) + offsetUm;
    await probe.set({ ...middle, workingDistanceUm });
    return probe.expose();
  };
  const under = await at(-perturbationUm);
  return pairOf(under, await at(perturbationUm), perturbationUm);
}

export function pairOf(under: Frame, over: Frame, perturbationUm: number): PerturbedPair {
  const { pixelSizeNm } = under.actual;
  return { under: under.pixels, over: over.pixels, pixelSizeNm, perturbationUm };
}

/** Focal shift that a step of a stigmator should make, um: estimates are still linear there. */
const wantedUm = 2.5;
/** Where nothing is known of a stigmator, a step this part of the limit comes first. */
const firstPart = 0.25;

/** The steps of a stigmator that are tried in turn, units; one where a calibration tells its effect. */
export function stigmatorSteps(
  stigmator: 'stigmatorX' | 'stigmatorY',
  { stigmator: limit }: FocusLimits,
  calibration: Calibration | undefined,
): number[] {
  if (calibration === undefined) return [firstPart * limit, limit];
  const [[ax, ay], [bx, by]] = calibration.stigmatorMatrixUmPerUnit;
  const umPerUnit = stigmator === 'stigmatorX' ? Math.hypot(ax, bx) : Math.hypot(ay, by);
  return [Math.min(limit, wantedUm / umPerUnit)];
}
