import type { PairEstimator } from '../../algorithm/index.ts';
import {
  type LookBack,
  lookBack,
  openSession,
  type Session,
  type Witnesses,
} from '../../focusing/index.ts';
import {
  type Aberration,
  type Calibration,
  type FocusLimits,
  type Frame,
  type FrameRequest,
  focusParameters,
  forwardCalls,
  isReached,
  isSemfocusError,
  limitOf,
  type Microscope,
  type MicroscopeDescription,
  type RecordedCall,
  reasonOf,
} from '../../microscope/index.ts';
import { cropGreyImage, phaseCorrelation } from '../../numeric/index.ts';
import { defaultMargins } from '../../record/index.ts';
import { describedFaults } from './describedFaults.ts';
import {
  judgeBrightness,
  judgeDose,
  judgeDwell,
  judgePixelSize,
  judgePolarity,
  judgeReducedRaster,
  judgeStage,
  otherDwellTimeNs,
  reducedRaster,
  stageMoveUm,
} from './judgeFrames.ts';
import { judgeStigmator, judgeWorkingDistance } from './judgeMoves.ts';
import type { MicroscopeCheck, MicroscopeCheckName } from './MicroscopeCheck.ts';
import { type Part, Probe } from './Probe.ts';
import { type SeenMove, seenMove } from './seenMove.ts';
import {
  type Moves,
  movesWithin,
  pairAround,
  pairOf,
  type ReadBack,
  readBackMoves,
  stigmatorSteps,
} from './takeMoves.ts';

/** What checking a microscope needs from outside. */
export interface MicroscopeCheckServices {
  /** Every frame, but for a few with another dwell time or a part of it. */
  readonly frame: FrameRequest;
  /** How far the check may move from the start, either way. */
  readonly limits: FocusLimits;
  /** Largest change of a single set; no limit of its own where left out. */
  readonly stepLimits?: FocusLimits | undefined;
  readonly doseBudgetElectronsPerNm2?: number | undefined;
  readonly callMarginMs?: number | undefined;
  /** Where there is one, the size of what is seen is judged and not its sign alone. */
  readonly calibration?: Calibration | undefined;
  /** The convergence half-angle without a calibration, mrad; right within a factor of 2. */
  readonly guessMrad: number;
  readonly witnessesFor: (calibration: Calibration) => Witnesses;
  /** Lets time pass at the instrument. */
  readonly wait: (seconds: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onCall?: ((call: RecordedCall) => void) | undefined;
  readonly onFrame?: ((frame: Frame) => void) | undefined;
}

/** As a part of half the range of a stigmator, how far the check moves it unless told otherwise: 1 of +-100 %. */
const usualStigmatorPart = 0.01;

/** How far a check moves a microscope unless it is told otherwise. */
export function usualCheckLimits({ parameters }: MicroscopeDescription): FocusLimits {
  const { min, max } = parameters.stigmatorX;
  const half = min === undefined || max === undefined ? Number.NaN : (max - min) / 2;
  return { workingDistanceUm: 10, stigmator: half > 0 ? usualStigmatorPart * half : 1 };
}

/** Longest time that a set was seen to take after it was acknowledged, s. */
const latestSettlingS = 1;

/**
 * Finds out on the instrument itself whether it keeps to the conventions, by small moves inside the limits
 * and some 25 frames at one place. Begins in rough focus, within a few um. Whatever happens, the start is put back
 * and the beam is blanked where it can be.
 *
 * @param instrument - Stays open.
 * @returns every check of `microscopeCheckNames`, in that order, as soon as it is known.
 * @throws whatever describing the instrument and reading its starting state throw; `signal.reason`, an
 *   AggregateError if the start could not be put back after it.
 */
export async function* checkMicroscope(
  instrument: Microscope,
  services: MicroscopeCheckServices,
): AsyncGenerator<MicroscopeCheck, void, void> {
  const busy = watchBusy(instrument);
  const { callMarginMs, onCall, onFrame, signal } = services;
  const open = (limits: FocusLimits, stepLimits?: FocusLimits) =>
    openSession(busy.microscope, {
      ...{ limits, callMarginMs, onCall, onFrame, signal },
      ...(stepLimits && { stepLimits }),
      ...(services.doseBudgetElectronsPerNm2 !== undefined && {
        doseBudgetElectronsPerNm2: services.doseBudgetElectronsPerNm2,
      }),
    });
  const session = await open(services.limits, services.stepLimits);
  let isBack = false;
  try {
    const probe = new Probe(session, services.frame, signal);
    const found = yield* askAll(session, probe, services, () =>
      open({ workingDistanceUm: Number.POSITIVE_INFINITY, stigmator: Number.POSITIVE_INFINITY }),
    );
    isBack = true;
    const back = await putBack(session, found, services);
    yield* general(probe, busy.counts, session, found.readBack);
    yield back;
  } catch (error) {
    if (isBack) throw error;
    isBack = true;
    // Never with the signal, which may be the reason to go back.
    await session.restore({ after: error });
    throw error;
  } finally {
    // The reader of the checks has gone.
    if (!isBack) await session.restore();
  }
}

/** What later checks need of earlier ones. */
interface Found {
  readonly first: Part<Frame>;
  readonly readBack: MicroscopeCheck;
  readonly estimator: PairEstimator;
}

async function* askAll(
  session: Session,
  probe: Probe,
  services: MicroscopeCheckServices,
  openBeyond: () => Promise<Session>,
): AsyncGenerator<MicroscopeCheck, Found, void> {
  const { description, microscope, start } = session;
  const { frame, calibration, wait, signal } = services;
  const reach = reachOf(services);
  const moves = movesWithin(reach);
  const { perturbationUm, stepUm } = moves;

  const faults = describedFaults(description, start, frame);
  yield faults.length === 0
    ? { name: 'description', result: 'passed', finding: aboutText(description) }
    : {
        name: 'description',
        result: 'failed',
        finding: faults.join('; '),
        advice: 'correct the description that the driver gives of the instrument',
      };

  const blanked = description.canBlankBeam
    ? await probe.part(() => microscope.blankBeam(true, { signal }), 'blanking')
    : { missing: 'it says that it cannot: the beam rests on the specimen between frames' };
  const first = await probe.part(() => probe.expose());
  const second = await probe.part(() => probe.expose());
  yield judgeBlanking(blanked, first, probe);

  const over = await probe.part(async () => {
    await probe.set({ workingDistanceUm: perturbationUm });
    const right = await probe.expose();
    await wait(Math.max(latestSettlingS, 2 * settleTimeS(description)), signal);
    return { right, later: await probe.expose() };
  });
  const dwellTimeNs = otherDwellTimeNs(description.parameters.dwellTimeNs, frame.dwellTimeNs);
  const short =
    dwellTimeNs === undefined
      ? { missing: 'there is one dwell time only' }
      : await probe.part(() => probe.expose({ dwellTimeNs }));
  const fromAbove = await probe.part(async () => {
    await probe.set({ workingDistanceUm: 2 * perturbationUm });
    await probe.set({ workingDistanceUm: perturbationUm });
    return probe.expose();
  });
  const again = await probe.part(async () => {
    await probe.set({});
    return probe.expose();
  });
  const under = await probe.part(async () => {
    await probe.set({ workingDistanceUm: -perturbationUm });
    return probe.expose();
  });
  const optics = calibration ?? guessedOptics(services.guessMrad, under, over, moves);
  const { ofFocus, ofStart } = services.witnessesFor(optics);
  const right = partOf(over, (frames) => frames.right);
  const later = partOf(over, (frames) => frames.later);
  const look = (one: Part<Frame>, other: Part<Frame>) => lookAt(ofStart, one, other);
  yield judgeSame('settling', [await look(right, later)], {
    fault: 'the later frame shows another state',
    advice: 'state a longer settle time, or let the driver wait until the lens is quiet',
  });
  yield judgeSame('hysteresis', [await look(later, fromAbove), await look(first, again)], {
    fault: 'a frame depends on the moves before it',
    advice:
      'approach every state from one side (the driver can overshoot), and look for sets that are carried out late',
  });
  yield judgeMoved([await look(first, right), await look(first, under)], perturbationUm);

  const steps = await probe.part(async () => [
    await pairAround(probe, { workingDistanceUm: -stepUm }, moves),
    await pairAround(probe, { workingDistanceUm: stepUm }, moves),
  ]);
  const seen = (pairs: typeof steps): Promise<SeenMove> => {
    if ('missing' in pairs) return Promise.resolve({ declined: pairs.missing });
    const [before, after] = pairs.value;
    if (before === undefined || after === undefined) throw new TypeError('a move has two pairs');
    return seenMove(ofFocus, optics, before, after);
  };
  const isCalibrated = calibration !== undefined;
  yield judgeWorkingDistance(await seen(steps), 2 * stepUm, isCalibrated);

  let other: Aberration | undefined;
  for (const stigmator of ['stigmatorX', 'stigmatorY'] as const) {
    const name = stigmator === 'stigmatorX' ? 'stigmator-x' : 'stigmator-y';
    let check: MicroscopeCheck | undefined;
    for (const step of stigmatorSteps(stigmator, reach, calibration)) {
      const pairs = await probe.part(async () => [
        await pairAround(probe, { [stigmator]: -step }, moves),
        await pairAround(probe, { [stigmator]: step }, moves),
      ]);
      const move = await seen(pairs);
      const { unit } = description.parameters[stigmator];
      check = judgeStigmator(name, move, 2 * step, { unit, calibration, other });
      if (check.result === 'passed' && 'move' in move) other ??= move.move;
      if (check.result === 'passed') break;
    }
    if (check !== undefined) yield check;
  }

  const full = await probe.part(async () => {
    await probe.set({});
    return probe.expose();
  });
  const reduced = await probe.part(() => probe.expose({ region: reducedRaster(frame).region }));
  yield 'value' in full && 'value' in reduced
    ? judgeReducedRaster(full.value, reduced.value)
    : notTold('reduced-raster', missingOf(full, reduced));
  yield* await checkStage(session, probe, full, services);

  yield 'value' in later ? judgePolarity(later.value) : notTold('polarity', missingOf(later));
  yield 'value' in later && 'value' in short
    ? judgeDwell(later.value, short.value)
    : notTold('dwell', missingOf(later, short));
  const readBack = judgeReadBack(
    await probe.part(() => readBackMoves(probe, reach, description)),
    description,
  );
  yield await checkRange(session, probe, openBeyond, services);
  yield 'value' in first
    ? judgeDose(first.value, description)
    : notTold('dose', missingOf(first, second));
  yield judgeBrightness(
    probe.frames.filter(
      ({ request }) => request.dwellTimeNs === frame.dwellTimeNs && request.region === undefined,
    ),
  );
  return { first, readBack, estimator: ofStart };
}

/** No two states of the check differ by more than a step may. */
function reachOf({ limits, stepLimits }: MicroscopeCheckServices): FocusLimits {
  const of = (name: 'workingDistanceUm' | 'stigmatorX') =>
    Math.min(limitOf(limits, name), stepLimits ? limitOf(stepLimits, name) / 2 : Infinity);
  return { workingDistanceUm: of('workingDistanceUm'), stigmator: of('stigmatorX') };
}

function settleTimeS({ parameters }: MicroscopeDescription): number {
  return Math.max(...focusParameters.map((name) => parameters[name].settleTimeS));
}

function aboutText({
  name,
  beamCurrentNanoAmp,
  passes,
  bitDepth,
  isSimulated,
}: MicroscopeDescription) {
  const kind = isSimulated ? 'simulated' : 'hardware';
  return `${name}, ${kind}: ${beamCurrentNanoAmp} nA, ${passes} passes a frame, ${bitDepth} bit`;
}

/**
 * What an estimator is told of an instrument without a calibration: stigmators in um of focal shift, and the
 * image shift that the frames under and over the start show.
 */
function guessedOptics(
  convergenceMrad: number,
  under: Part<Frame>,
  over: Part<{ readonly later: Frame }>,
  { perturbationUm }: Moves,
): Calibration {
  const shift = { x: 0, y: 0 };
  if ('value' in under && 'value' in over) {
    const pair = pairOf(under.value, over.value.later, perturbationUm);
    const [height = 0, width = 0] = pair.under.shape;
    const { isSignificant, xPx, yPx } = phaseCorrelation(
      cropGreyImage(pair.under),
      cropGreyImage(pair.over),
      { expectedXPx: 0, expectedYPx: 0, searchRadiusPx: 0.4 * Math.min(width, height) },
    );
    const nmPerPx = isSignificant ? pair.pixelSizeNm / (2 * perturbationUm) : 0;
    Object.assign(shift, { x: xPx * nmPerPx, y: yPx * nmPerPx });
  }
  return {
    convergenceMrad,
    stigmatorMatrixUmPerUnit: [
      [1, 0],
      [0, 1],
    ],
    imageShiftNmPerUm: shift,
    residualSpotNm: 0,
    psf: 'gaussian',
  };
}

function judgeBlanking(blanked: Part<void>, first: Part<Frame>, probe: Probe): MicroscopeCheck {
  const name = 'blanking';
  const trouble = probe.troubleOf(name);
  if (trouble !== undefined) {
    const advice = trouble.hint ?? 'check the blanker, and blank the beam by hand after every run';
    return { name, result: 'failed', finding: trouble.message, advice };
  }
  if (!('value' in blanked && 'value' in first)) return notTold(name, missingOf(blanked, first));
  return { name, result: 'passed', finding: 'a frame after it is no blank one' };
}

async function lookAt(
  estimator: PairEstimator,
  one: Part<Frame>,
  other: Part<Frame>,
): Promise<LookBack> {
  if (!('value' in one && 'value' in other))
    return { shows: 'nothing', reason: missingOf(one, other) };
  return lookBack(estimator, one.value, other.value, defaultMargins);
}

function judgeSame(
  name: MicroscopeCheckName,
  looks: readonly LookBack[],
  { fault, advice }: { readonly fault: string; readonly advice: string },
): MicroscopeCheck {
  if (looks.some(({ shows }) => shows === 'other')) {
    return { name, result: 'failed', finding: fault, advice };
  }
  const blind = looks.find(({ shows }) => shows === 'nothing');
  return blind === undefined ? { name, result: 'passed' } : notTold(name, blind.reason);
}

function judgeMoved(looks: readonly LookBack[], byUm: number): MicroscopeCheck {
  const name = 'moves-show';
  if (looks.some(({ shows }) => shows === 'other')) return { name, result: 'passed' };
  const blind = looks.find(({ shows }) => shows === 'nothing');
  if (blind !== undefined) return notTold(name, blind.reason);
  return {
    name,
    result: 'failed',
    finding: `frames ${byUm} um under and over the start look like the one there`,
    advice:
      'sets are not carried out though they are read back, or frames lag behind: look for a lock, a second program and stale frames',
  };
}

async function checkStage(
  session: Session,
  probe: Probe,
  home: Part<Frame>,
  { frame, signal }: MicroscopeCheckServices,
): Promise<MicroscopeCheck[]> {
  const { description, microscope, returnStage } = session;
  const { stageXUm, stageYUm } = description.parameters;
  const both = (reason: string) => [
    notTold('pixel-size', reason),
    notTold('scan-rotation', reason),
  ];
  if (!stageXUm.settable || !stageYUm.settable) return both('the stage cannot be moved');
  if ('missing' in home) return both(home.missing);
  const moveUm = stageMoveUm(frame);
  const moved = await probe.part(async () => {
    const { xUm, yUm } = await microscope.readStage({ signal });
    await microscope.moveStage({ xUm: xUm + moveUm, yUm }, { signal });
    const right = await probe.expose();
    await microscope.moveStage({ xUm: xUm + moveUm, yUm: yUm + moveUm }, { signal });
    return [right, await probe.expose()] as const;
  });
  await probe.part(() => returnStage({ signal }));
  if ('missing' in moved) return both(moved.missing);
  return judgeStage([home.value, ...moved.value]);
}

/** Beyond the end of a range by this part of it. */
const beyondPart = 1e-3;

async function checkRange(
  { description, microscope }: Session,
  probe: Probe,
  openBeyond: () => Promise<Session>,
  { frame, signal }: MicroscopeCheckServices,
): Promise<MicroscopeCheck> {
  const name = 'range';
  const { parameters, isSimulated } = description;
  const before = await probe.part(() => microscope.readFocus({ signal }));
  const unanswered: string[] = [];
  const refused: string[] = [];
  const accepted: string[] = [];
  const expectRefusal = async (what: string, run: () => Promise<string | undefined>) => {
    try {
      const wrong = await run();
      if (wrong !== undefined) accepted.push(`${what}: ${wrong}`);
    } catch (error) {
      signal.throwIfAborted();
      if (isSemfocusError(error, 'OutOfRange')) refused.push(what);
      // What was found out by read-back was not refused either.
      else if (isSemfocusError(error, 'DeviceError') && error.code === 'read-back')
        accepted.push(`${what}: ${reasonOf(error)}`);
      else unanswered.push(probe.note(error));
    }
  };
  const { choices, min: shortestNs = choices?.[0] } = parameters.dwellTimeNs;
  if (shortestNs !== undefined) {
    const asked = shortestNs / 2;
    await expectRefusal(`a dwell time of ${asked} ns`, async () => {
      const { actual } = await microscope.acquireFrame(
        { ...frame, dwellTimeNs: asked },
        { signal },
      );
      return `exposed with ${actual.dwellTimeNs} ns`;
    });
  }
  if (isSimulated) {
    for (const parameter of focusParameters) {
      const { min, max, unit } = parameters[parameter];
      if (min === undefined || max === undefined) continue;
      const asked = max + beyondPart * (max - min);
      await expectRefusal(`${parameter} of ${asked} ${unit}`, async () => {
        const beyond = await openBeyond();
        try {
          await beyond.microscope.writeFocus({ [parameter]: asked }, { signal });
        } catch (error) {
          if (!isSemfocusError(error, 'OutOfRange')) await beyond.restore();
          throw error;
        }
        await beyond.restore();
        return 'set';
      });
    }
  }
  const after = await probe.part(() => microscope.readFocus({ signal }));
  const moved =
    'value' in before && 'value' in after
      ? focusParameters.filter(
          (one) => !isReached(description, one, after.value[one], before.value[one]),
        )
      : [];
  const trouble = probe.troubleOf(name);
  const wrong = [
    ...(trouble === undefined ? [] : [`a value inside the range was refused: ${trouble.message}`]),
    ...(accepted.length === 0 ? [] : [`not refused: ${accepted.join('; ')}`]),
    ...(moved.length === 0 ? [] : [`${moved.join(' and ')} moved`]),
  ];
  if (wrong.length > 0) {
    const advice =
      'the driver has to refuse what is out of the range that it describes, before anything moves';
    return { name, result: 'failed', finding: wrong.join('; '), advice };
  }
  const untried =
    'working distance and stigmators of hardware are not tried: there the guard refuses';
  if (refused.length === 0) {
    const [reason = isSimulated ? 'no range is stated' : untried] = unanswered;
    return notTold(name, reason);
  }
  const finding = `refused: ${refused.join(', ')}${isSimulated ? '' : `; ${untried}`}`;
  return { name, result: 'passed', finding };
}

function judgeReadBack(
  part: Part<readonly ReadBack[]>,
  { parameters }: MicroscopeDescription,
): MicroscopeCheck {
  const name = 'read-back';
  if ('missing' in part) return notTold(name, part.missing);
  const finding = part.value
    .map(({ parameter, largestError, largestPlay }) => {
      const { unit } = parameters[parameter];
      return `${parameter} within ${short(largestError)} ${unit}, from both sides within ${short(largestPlay)}`;
    })
    .join('; ');
  return { name, result: 'passed', finding };
}

/** Checks that collect what every call of the others has shown. */
function* general(
  probe: Probe,
  busy: ReadonlyMap<string, number>,
  { log }: Session,
  readBack: MicroscopeCheck,
): Generator<MicroscopeCheck> {
  const failedOr = (
    name: MicroscopeCheckName,
    otherwise: () => MicroscopeCheck,
    advice: string,
  ): MicroscopeCheck => {
    const trouble = probe.troubleOf(name);
    if (trouble === undefined) return otherwise();
    const { message, hint, count } = trouble;
    const finding = count === 1 ? message : `${message}; ${count} such errors`;
    return { name, result: 'failed', finding, advice: hint ?? advice };
  };
  const frames = probe.frames.length;
  const seen = (name: MicroscopeCheckName) => (): MicroscopeCheck =>
    frames < 2
      ? notTold(name, 'there are no two frames')
      : { name, result: 'passed', finding: `${frames} frames` };
  yield failedOr('read-back', () => readBack, 'check the driver');
  yield failedOr('frame-format', () => judgePixelSize(probe.frames), 'check the driver');
  yield failedOr('picture', seen('picture'), 'check beam and detector');
  yield failedOr('fresh-frames', seen('fresh-frames'), 'check the driver');
  yield failedOr(
    'answers',
    () => judgeBusy(busy, log.calls),
    'look into the log of the instrument',
  );
}

function judgeBusy(busy: ReadonlyMap<string, number>, calls: number): MicroscopeCheck {
  const name = 'answers';
  if (busy.size === 0) return { name, result: 'passed', finding: `${calls} calls` };
  const text = [...busy].map(([call, count]) => `${call} ${count} times`).join(', ');
  return {
    name,
    result: 'failed',
    finding: `refused as busy: ${text}`,
    advice:
      'close other programs that use the microscope; an answer may come only when the command has ended',
  };
}

async function putBack(
  session: Session,
  { first, estimator }: Found,
  { frame }: MicroscopeCheckServices,
): Promise<MicroscopeCheck> {
  const name = 'put-back';
  const failed = (finding: string): MicroscopeCheck => ({
    name,
    result: 'failed',
    finding,
    advice: 'put working distance, stigmators and stage back by hand, and blank the beam',
  });
  const blank = session.description.canBlankBeam
    ? 'the beam is blanked'
    : 'the beam cannot be blanked';
  try {
    await session.restore();
  } catch (error) {
    if (!isSemfocusError(error)) throw error;
    return failed(reasonOf(error));
  }
  if ('missing' in first) return { name, result: 'passed', finding: `as read; ${blank}` };
  let look: LookBack;
  try {
    look = await lookBack(
      estimator,
      first.value,
      await session.exposeRestored(frame),
      defaultMargins,
    );
  } catch (error) {
    if (!isSemfocusError(error)) throw error;
    look = { shows: 'nothing', reason: reasonOf(error) };
  }
  if (look.shows === 'other') return failed('it is read back, but a frame shows another state');
  const shown =
    look.shows === 'start' ? 'and as a frame shows' : `and no frame confirms it (${look.reason})`;
  return { name, result: 'passed', finding: `as read ${shown}; ${blank}` };
}

/** Counts the commands that are refused as busy and then repeated, which nobody else sees. */
function watchBusy(inner: Microscope): {
  readonly microscope: Microscope;
  readonly counts: ReadonlyMap<string, number>;
} {
  const counts = new Map<string, number>();
  const watched = async <T>(name: keyof Microscope, run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      if (isSemfocusError(error, 'Busy')) counts.set(name, (counts.get(name) ?? 0) + 1);
      throw error;
    }
  };
  const microscope: Microscope = {
    ...forwardCalls(inner),
    writeFocus: (...asked) => watched('writeFocus', () => inner.writeFocus(...asked)),
    acquireFrame: (...asked) => watched('acquireFrame', () => inner.acquireFrame(...asked)),
    moveStage: (...asked) => watched('moveStage', () => inner.moveStage(...asked)),
    blankBeam: (...asked) => watched('blankBeam', () => inner.blankBeam(...asked)),
  };
  return { microscope, counts };
}

function partOf<T, U>(part: Part<T>, of: (value: T) => U): Part<U> {
  return 'value' in part ? { value: of(part.value) } : part;
}

function missingOf(...parts: Part<unknown>[]): string {
  const missing = parts.find((part) => 'missing' in part);
  return missing !== undefined && 'missing' in missing ? missing.missing : '';
}

function notTold(name: MicroscopeCheckName, finding: string | undefined): MicroscopeCheck {
  return { name, result: 'not-told', ...(finding !== undefined && { finding }) };
}

/** What is less than a millionth comes from decimal fractions in binary. */
function short(value: number): number {
  return value < 1e-6 ? 0 : Number(value.toPrecision(2));
}
