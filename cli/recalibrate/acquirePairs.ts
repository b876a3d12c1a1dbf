import type { AutofocusAlgorithm } from '../../harness/algorithm/index.ts';
import { type Session, takeSteps } from '../../harness/focusing/index.ts';
import {
  AlgorithmError,
  addFocus,
  assertInRange,
  assertRequestInRange,
  type Calibration,
  ConfigError,
  type FocusChange,
  type FocusLimits,
  type FocusParameter,
  type FocusState,
  type Frame,
  type FrameRequest,
  frameDoseElectronsPerNm2,
  type StagePosition,
  spentOn,
  subtractFocus,
} from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import type { GuardRules } from '../instrument/guardRules.ts';
import type { PairsFolder } from './PairsFolder.ts';
import type { KeptPair, PairSettings, PairsManifest, Place } from './pairsSchema.ts';

/** What is told of an acquisition as it goes. */
interface AcquisitionProgress {
  /** At the beginning: pairs that there are to be, and are already. */
  begin(total: number, kept: number): void;
  pair(): void;
  note(text: string): void;
}

/** How pairs are acquired. */
export interface AcquisitionOptions {
  readonly settings: PairSettings;
  readonly calibration: Calibration;
  readonly rules: GuardRules;
  /** Finds the focus that the aberrations are drawn about. */
  readonly search: AutofocusAlgorithm;
  readonly signal: AbortSignal;
  readonly progress: AcquisitionProgress;
  /** Asked before every pair: true ends the acquisition there. */
  readonly isOver: () => boolean;
}

/** Pairs near focus at a location that is judged by: a state that a network is to recognise as in focus. */
export const nearPairs = 5;
/** Half the ranges that those are drawn from. */
const nearRange: FocusLimits = { workingDistanceUm: 2, stigmator: 0.5 };
/** Less of a range shows a network too little. */
const leastRange: FocusLimits = { workingDistanceUm: 5, stigmator: 1 };
/** A search of single frames needs about so many; more on a first, less on a second one. */
const expectedSearchFrames = 60;
const mostSearchSteps = 200;
/** Places of the grid beyond those that are needed, for those where no focus is found. */
const spareShare = 0.25;

/**
 * Visits the places of a grid, finds focus at each, and keeps pairs at aberrations drawn about it; goes on with
 * what the folder holds. A place that was left half way is focused again: the instrument may have drifted.
 *
 * @returns true if all pairs are there, false if it is over before.
 * @throws ConfigError if a limit leaves too little of the ranges; AlgorithmError if focus was found at too few
 *   places; whatever the guarded microscope throws. The caller puts the start back.
 */
export async function acquirePairs(
  session: Session,
  folder: PairsFolder,
  options: AcquisitionOptions,
): Promise<boolean> {
  const { microscope, description } = session;
  const { settings, rules, signal, progress } = options;
  const centre = folder.manifest?.centre ?? (await microscope.readStage({ signal }));
  const grid = gridAround(centre, settings);
  for (const { xUm, yUm } of grid) {
    assertInRange('stageXUm', xUm, description.parameters.stageXUm);
    assertInRange('stageYUm', yUm, description.parameters.stageYUm);
  }
  for (const dwellTimeNs of settings.dwellTimesNs) {
    assertRequestInRange(frameOf(settings, dwellTimeNs), description);
  }
  assertDose(rules, settings, (dwellTimeNs) =>
    frameDoseElectronsPerNm2(description, frameOf(settings, dwellTimeNs)),
  );
  assertRanges(session.start, session.start, options);
  const needed = settings.locations + settings.heldOut;
  await folder.begin({ schema: 1, settings, calibration: options.calibration, centre });
  progress.begin(pairsNeeded(settings), folder.manifest?.pairs.length ?? 0);
  let rank = 0;
  for (const [location, place] of grid.entries()) {
    if (rank === needed) break;
    const found = await visit(session, folder, options, { location, rank, place });
    if (found === 'over') return false;
    if (found === 'done') rank++;
  }
  if (rank === needed) return true;
  const reasons = (folder.manifest?.places ?? []).flatMap(({ failure }) => failure ?? []);
  throw new AlgorithmError(
    `focus must be found at ${needed} of ${grid.length} places. It was found at ${rank}; the last time: ${reasons.at(-1)}`,
    {
      hint: 'begin in rough focus, within about 10 um, over a specimen with structure everywhere; or a smaller --pitch',
    },
  );
}

/** Pairs that a set still lacks. */
export function pairsMissing({ settings, places, pairs }: PairsManifest): number {
  const failed = new Set(places.flatMap((one) => (one.failure === null ? [] : [one.location])));
  return pairsNeeded(settings) - pairs.filter(({ location }) => !failed.has(location)).length;
}

function pairsNeeded(settings: PairSettings): number {
  const places = settings.locations + settings.heldOut;
  return Array.from({ length: places }, (_, rank) => pairsAt(rank, settings)).reduce(
    (sum, pairs) => sum + pairs,
    0,
  );
}

/** How many pairs a place has: those that are judged by have some near focus. */
function pairsAt(rank: number, { locations, pairs }: PairSettings): number {
  return isJudged(rank, locations) ? pairs + nearPairs : pairs;
}

/** Of the places in the order of the grid, those that no training has seen: every second of the held-out ones. */
export function isJudged(rank: number, locations: number): boolean {
  return rank >= locations && (rank - locations) % 2 === 1;
}

/** Places of a square grid, row by row, to and fro. */
function gridAround(
  { xUm, yUm }: StagePosition,
  { locations, heldOut, pitchUm }: PairSettings,
): StagePosition[] {
  const count = Math.ceil((1 + spareShare) * (locations + heldOut));
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor(i / columns);
    const along = row % 2 === 0 ? i % columns : columns - 1 - (i % columns);
    return {
      xUm: xUm + pitchUm * (along - (columns - 1) / 2),
      yUm: yUm + pitchUm * (row - (rows - 1) / 2),
    };
  });
}

function frameOf({ width, height, pixelSizeNm }: PairSettings, dwellTimeNs: number): FrameRequest {
  return { width, height, pixelSizeNm, dwellTimeNs };
}

async function visit(
  session: Session,
  folder: PairsFolder,
  options: AcquisitionOptions,
  { location, rank, place }: { location: number; rank: number; place: StagePosition },
): Promise<'done' | 'failed' | 'over'> {
  const { settings, signal, progress } = options;
  const kept = folder.manifest?.places.find((one) => one.location === location);
  const have = new Set(
    folder.manifest?.pairs.filter((one) => one.location === location).map(({ pair }) => pair),
  );
  const wanted = pairsAt(rank, settings);
  if (kept?.failure) return 'failed';
  if (have.size >= wanted) return 'done';
  if (options.isOver()) return 'over';
  const before = spentOn(session.log);
  let computeS = kept?.computeS ?? 0;
  const keep = async (focus: FocusState | null, failure: string | null): Promise<void> => {
    const now = spentOn(session.log);
    const entry: Place = {
      ...{ location, stage: place, focus, failure, computeS },
      frames: (kept?.frames ?? 0) + now.frames - before.frames,
      doseElectronsPerNm2:
        (kept?.doseElectronsPerNm2 ?? 0) + now.doseElectronsPerNm2 - before.doseElectronsPerNm2,
      microscopeS: (kept?.microscopeS ?? 0) + now.microscopeS - before.microscopeS,
    };
    await folder.keepPlace(entry);
  };
  await session.microscope.moveStage(place, { signal });
  let declined: string | undefined;
  const context = {
    microscope: session.microscope,
    frame: frameOf(settings, Math.max(...settings.dwellTimesNs)),
    calibration: options.calibration,
    random: new RandomStream(settings.seed, 'search', location, kept?.frames ?? 0),
    ...{ signal, clock: { nowMs: () => performance.now() } },
  };
  for await (const step of takeSteps(options.search, context, mostSearchSteps)) {
    declined = step.declined;
    computeS += step.computeMs / 1e3;
    progress.note(`place ${rank + 1}: focusing, step ${step.iteration}`);
    await keep(kept?.focus ?? null, null);
  }
  if (declined !== undefined) {
    await keep(null, declined);
    return 'failed';
  }
  const focus = await session.microscope.readFocus({ signal });
  const range = assertRanges(focus, session.start, options);
  await keep(focus, null);
  for (let pair = 0; pair < wanted; pair++) {
    if (have.has(pair)) continue;
    if (options.isOver()) return 'over';
    progress.note(`place ${rank + 1}: pair ${pair + 1}`);
    const reach = pair < settings.pairs ? ('wide' as const) : ('near focus' as const);
    const random = new RandomStream(settings.seed, 'aberration', location, pair);
    const aberration = drawn(reach === 'wide' ? range : nearRange, random);
    const dwellTimeNs =
      settings.dwellTimesNs[random.integerBelow(settings.dwellTimesNs.length)] ?? Number.NaN;
    const frames = await exposePair(session, addFocus(focus, aberration), {
      ...{ settings, dwellTimeNs, signal },
    });
    const entry: Omit<KeptPair, 'under' | 'over'> = {
      ...{ location, pair, reach, dwellTimeNs },
      correction: subtractFocus(focus, midway(frames)),
    };
    await folder.keepPair(entry, frames);
    await keep(focus, null);
    progress.pair();
  }
  await session.microscope.writeFocus(focus, { signal });
  return 'done';
}

function drawn(range: FocusLimits, random: RandomStream): FocusChange {
  const of = (half: number) => random.uniformBetween(-half, half);
  return {
    workingDistanceUm: of(range.workingDistanceUm),
    stigmatorX: of(range.stigmator),
    stigmatorY: of(range.stigmator),
  };
}

interface Pair {
  readonly under: Frame;
  readonly over: Frame;
}

async function exposePair(
  { microscope }: Session,
  state: FocusState,
  {
    settings,
    dwellTimeNs,
    signal,
  }: {
    readonly settings: PairSettings;
    readonly dwellTimeNs: number;
    readonly signal: AbortSignal;
  },
): Promise<Pair> {
  const expose = async (sign: -1 | 1): Promise<Frame> => {
    const workingDistanceUm = state.workingDistanceUm + sign * settings.perturbationUm;
    await microscope.writeFocus({ ...state, workingDistanceUm }, { signal });
    return microscope.acquireFrame(frameOf(settings, dwellTimeNs), { signal });
  };
  return { under: await expose(-1), over: await expose(1) };
}

/** As read back. */
function midway({ under, over }: Pair): FocusState {
  const [a, b] = [under.actual.focus, over.actual.focus];
  const mean = (name: FocusParameter) => (a[name] + b[name]) / 2;
  return {
    workingDistanceUm: mean('workingDistanceUm'),
    stigmatorX: mean('stigmatorX'),
    stigmatorY: mean('stigmatorY'),
  };
}

/**
 * The ranges of aberrations about a focus that the guard lets through.
 *
 * @throws ConfigError if one of them is too small to learn from.
 */
function assertRanges(
  focus: FocusState,
  start: FocusState,
  { settings, rules: { limits, stepLimits } }: AcquisitionOptions,
): FocusLimits {
  const { workingDistanceUm, stigmatorX, stigmatorY } = subtractFocus(focus, start);
  const wdLimit = Math.min(
    limits.workingDistanceUm - Math.abs(workingDistanceUm),
    // From one pair to the next, from end to end.
    (stepLimits?.workingDistanceUm ?? Number.POSITIVE_INFINITY) / 2,
  );
  const stigLimit = Math.min(
    limits.stigmator - Math.max(Math.abs(stigmatorX), Math.abs(stigmatorY)),
    (stepLimits?.stigmator ?? Number.POSITIVE_INFINITY) / 2,
  );
  const range = {
    workingDistanceUm: Math.min(settings.rangeWorkingDistanceUm, wdLimit - settings.perturbationUm),
    stigmator: Math.min(settings.rangeStigmator, stigLimit),
  };
  if (range.workingDistanceUm < leastRange.workingDistanceUm) {
    throw new ConfigError(
      `--limit-wd, --step-limit-wd or the limits file must leave ${leastRange.workingDistanceUm} um on either side of focus for aberrations, and ${settings.perturbationUm} um for the perturbation. They leave ${wdLimit.toFixed(1)} um`,
      { hint: 'allow 60 um from the start, and steps of 50 um; or begin nearer to focus' },
    );
  }
  if (range.stigmator < leastRange.stigmator) {
    throw new ConfigError(
      `--limit-stig, --step-limit-stig or the limits file must leave ${leastRange.stigmator} stigmator unit on either side of focus for aberrations. They leave ${stigLimit.toFixed(1)}`,
      { hint: 'allow 20 units from the start, and steps of 10 units; or begin nearer to focus' },
    );
  }
  return range;
}

function assertDose(
  { doseBudgetElectronsPerNm2: budget }: GuardRules,
  settings: PairSettings,
  doseOf: (dwellTimeNs: number) => number,
): void {
  const dose = doseOf(Math.max(...settings.dwellTimesNs));
  const needed = dose * (expectedSearchFrames + 2 * (settings.pairs + nearPairs));
  if (budget === undefined || budget >= needed) return;
  throw new ConfigError(
    `--dose-limit must be at least ${needed.toFixed(0)} e/nm2: ${expectedSearchFrames} frames of a search and ${settings.pairs + nearPairs} pairs at ${dose.toFixed(1)} e/nm2 a frame. Received ${budget} e/nm2`,
    { hint: 'allow more, or ask for fewer --pairs or a shorter --dwell' },
  );
}
