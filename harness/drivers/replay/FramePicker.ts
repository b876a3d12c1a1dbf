import {
  DeviceError,
  type FocusChange,
  type FocusState,
  type FrameRequest,
  OutOfRange,
  subtractFocus,
  Unsupported,
} from '../../microscope/index.ts';
import type { RecordedFrame } from './RecordedFrame.ts';
import { oneStateUm, type RecordedStates } from './RecordedStates.ts';

/** A frame that was played, and how near it was. */
export interface PlayedFrame {
  /** From 1. */
  readonly number: number;
  /** As the manifest names it. */
  readonly file: string;
  /** From the state asked for to the recorded one. */
  readonly change: FocusChange;
  /** Its size as focal shift, um. */
  readonly distanceUm: number;
}

/** What two readings of a pixel size or a dwell time may differ by. */
const sameShare = 0.01;

/** Chooses which recorded frame is played. */
export class FramePicker {
  readonly #states: RecordedStates;
  readonly #timesPlayed = new Map<RecordedFrame, number>();
  #last: RecordedFrame | undefined;
  #count = 0;

  constructor(states: RecordedStates) {
    this.#states = states;
  }

  /**
   * The frame for a request in a state.
   *
   * @param here - The frames of the present place.
   * @throws Unsupported if no such frame was recorded; OutOfRange if none was near that state; DeviceError
   *   with the code `replay` if the only one was played just before.
   */
  pick(
    here: readonly RecordedFrame[],
    request: FrameRequest,
    asked: FocusState,
  ): { readonly frame: RecordedFrame; readonly played: PlayedFrame } {
    const alike = here.filter((frame) => isAlike(frame, request));
    if (alike.length === 0) throw new Unsupported(notRecorded(request, here));
    const far = (frame: RecordedFrame) => this.#states.distanceUm(frame.focus, asked);
    const { reachUm } = this.#states;
    const near = alike.filter((frame) => far(frame) <= reachUm);
    if (near.length === 0) {
      const nearest = alike.reduce((best, frame) => (far(frame) < far(best) ? frame : best));
      throw new OutOfRange({
        parameter: 'workingDistanceUm',
        requested: short(asked.workingDistanceUm),
        allowed: `with its stigmators within ${short(reachUm)} um of focal shift of a recorded state; the nearest, of ${nearest.file}, is ${short(far(nearest))} um away`,
        by: 'replay',
        hint: 'record more states',
      });
    }
    const fresh = near.filter((frame) => frame !== this.#last);
    const [only] = near;
    if (fresh.length === 0) {
      throw new DeviceError(
        `the record holds one frame of this state, ${only?.file}, and it was played just before`,
        { code: 'replay', hint: 'record more than one frame of a state that is looked at twice' },
      );
    }
    const nearestUm = Math.min(...fresh.map(far));
    const played = (frame: RecordedFrame) => this.#timesPlayed.get(frame) ?? 0;
    const frame = fresh
      .filter((one) => far(one) <= nearestUm + oneStateUm)
      .reduce((best, one) => (played(one) < played(best) ? one : best));
    this.#timesPlayed.set(frame, played(frame) + 1);
    this.#last = frame;
    this.#count += 1;
    const change = subtractFocus(frame.focus, asked);
    return {
      frame,
      played: { number: this.#count, file: frame.file, change, distanceUm: far(frame) },
    };
  }
}

function isAlike(frame: RecordedFrame, request: FrameRequest): boolean {
  const { width, height, region } = request;
  const isSame = (one: number, other: number) => Math.abs(one / other - 1) <= sameShare;
  return (
    isSame(request.pixelSizeNm, frame.pixelSizeNm) &&
    isSame(request.dwellTimeNs, frame.dwellTimeNs) &&
    (frame.raster === null
      ? // A part of a whole frame can be cut out.
        frame.width === width && frame.height === height
      : region !== undefined &&
        frame.raster.width === width &&
        frame.raster.height === height &&
        frame.raster.x === region.x &&
        frame.raster.y === region.y &&
        frame.width === region.width &&
        frame.height === region.height)
  );
}

function notRecorded(request: FrameRequest, here: readonly RecordedFrame[]): string {
  const { width, height, region } = request;
  const asked = {
    ...{ ...request, ...region },
    raster: region === undefined ? null : { ...region, width, height },
  };
  const held = [...new Set(here.map(kindText))].join('; ') || 'nothing';
  return `the record holds frames of ${held} at this place. Received ${kindText(asked)}`;
}

type Kind = Pick<RecordedFrame, 'width' | 'height' | 'raster' | 'pixelSizeNm' | 'dwellTimeNs'>;

function kindText({ width, height, raster, pixelSizeNm, dwellTimeNs }: Kind): string {
  const part =
    raster === null
      ? ''
      : ` from (${raster.x}, ${raster.y}) of ${raster.width} x ${raster.height} px`;
  return `${width} x ${height} px${part} at ${short(pixelSizeNm)} nm and ${short(dwellTimeNs)} ns`;
}

function short(value: number): number {
  return Number(value.toFixed(3));
}
