import { readConfigFile } from '../../config/index.ts';
import { croppedPixels } from '../../image/index.ts';
import {
  assertFiniteFocus,
  type Calibration,
  type CallOptions,
  calibrationSchema,
  calibrationValues,
  Disconnected,
  type FocusState,
  focusParameters,
  type Microscope,
  OutOfRange,
  type StagePosition,
  Unsupported,
} from '../../microscope/index.ts';
import { isSamePlace, readSeries } from '../../series/index.ts';
import { describeReplay } from './describeReplay.ts';
import { FramePicker, type PlayedFrame } from './FramePicker.ts';
import { pixelsOf, type RecordedFrame, recordedFrames } from './RecordedFrame.ts';
import { RecordedStates } from './RecordedStates.ts';

/** Recorded frames that answer as a microscope, and what was usual when they were recorded. */
export interface ReplayMicroscope extends Microscope {
  /** Of the first frame. */
  readonly pixelSizeNm: number;
  /** Of the first frame. */
  readonly dwellTimeNs: number;
  /** The one that the manifest names. */
  readonly calibration?: Calibration;
}

/**
 * Plays recorded frames as a microscope. It begins where the recording began; if that is
 * not known, in the state of the first frame. What is set is read
 * back as it was set: nothing moves. A frame is the recorded one whose state is nearest, among those of the
 * place, size, pixel size and dwell time asked for; `actual` is what was recorded. Of several in one
 * state, the one that was played least comes next: the calls of the recording get its frames in its order.
 * No frame is played twice in a row, because no exposure repeats the one before.
 *
 * How far the frame may lie from the state asked for, in um of focal shift: half the largest step of the
 * record, at least 1 and at most 5. This is described as the read-back tolerance. What lies beyond is refused.
 *
 * @param manifestFile - Of `semfocus series` or `--record`.
 * @param onPlayed - Told of every frame before the caller gets it.
 * @throws ConfigError if the manifest lacks something; ImageFileError if a frame cannot be read. Its
 *   `acquireFrame` throws Unsupported, OutOfRange or DeviceError where there is no frame to play.
 */
export async function openReplayMicroscope(
  manifestFile: string,
  onPlayed: (played: PlayedFrame) => void = () => {},
): Promise<ReplayMicroscope> {
  const series = await readSeries(manifestFile);
  const { calibration: file, stigmatorMatrixUmPerUnit } = series.instrument;
  const calibration =
    file === null
      ? undefined
      : calibrationValues(await readConfigFile(calibrationSchema, file, 'calibration'));
  const frames = await recordedFrames(series, manifestFile);
  const [first] = frames;
  const start = series.start ?? { ...first.focus, stage: first.stage };
  const states = new RecordedStates(
    frames.map((frame) => frame.focus),
    start,
    calibration?.stigmatorMatrixUmPerUnit ?? stigmatorMatrixUmPerUnit,
  );
  const description = describeReplay(series.instrument, frames, states);
  const picker = new FramePicker(states);
  const stages = [start, ...frames].flatMap((one) => one.stage ?? []);
  let focus: FocusState = focusOf(start);
  let stage = start.stage ?? undefined;
  let isClosed = false;

  function begin(options?: CallOptions): void {
    options?.signal?.throwIfAborted();
    if (isClosed) throw new Disconnected('the replay was closed');
  }
  function stageHere(): StagePosition {
    if (stage !== undefined) return stage;
    throw new Unsupported(`${manifestFile} does not say where the stage stood`, {
      hint: 'write the stage of each frame into it, e.g. { "xUm": 0, "yUm": 0 }',
    });
  }
  function isHere(frame: RecordedFrame): boolean {
    if (stage === undefined) return frame.place === first.place;
    return frame.stage !== null && isSamePlace(frame.stage, stage);
  }

  return {
    pixelSizeNm: first.pixelSizeNm,
    dwellTimeNs: first.dwellTimeNs,
    ...(calibration && { calibration }),
    async describe() {
      return structuredClone(description);
    },
    async readFocus(options) {
      begin(options);
      return focus;
    },
    async writeFocus(target, options) {
      begin(options);
      assertFiniteFocus(target, 'replay');
      const next = focusOf({ ...focus, ...target });
      for (const parameter of focusParameters) {
        const [least, largest] = states.rangeOf(parameter);
        const requested = next[parameter];
        if (requested >= least && requested <= largest) continue;
        const { unit } = description.parameters[parameter];
        const allowed = `from ${least.toFixed(3)} to ${largest.toFixed(3)} ${unit}, as recorded`;
        throw new OutOfRange({ parameter, requested, allowed, by: 'replay' });
      }
      focus = next;
      return focus;
    },
    async acquireFrame(request, options) {
      begin(options);
      const { frame, played } = picker.pick(frames.filter(isHere), request, focus);
      const whole = await pixelsOf(frame);
      begin(options);
      onPlayed(played);
      const { region } = request;
      const part = frame.raster === null ? region : undefined;
      return {
        pixels: croppedPixels(whole, part, frame.path, 'region'),
        request,
        actual: {
          pixelSizeNm: frame.pixelSizeNm,
          dwellTimeNs: frame.dwellTimeNs,
          passes: frame.passes ?? description.passes,
          focus: frame.focus,
          stage: frame.stage ?? { xUm: 0, yUm: 0 },
        },
        doseElectronsPerNm2: frame.doseElectronsPerNm2 ?? 0,
        acquiredAt: new Date(frame.acquiredAt ?? 0),
        frameTimeS: frame.frameTimeS ?? 0,
      };
    },
    async readStage(options) {
      begin(options);
      return stageHere();
    },
    async moveStage(position, options) {
      begin(options);
      stageHere();
      if (!stages.some((one) => isSamePlace(one, position))) {
        throw new OutOfRange({
          ...{ parameter: 'stageXUm', requested: position.xUm, by: 'replay' },
          allowed: `with stageYUm at a recorded place: ${placesText(stages)}`,
        });
      }
      stage = Object.freeze({ xUm: position.xUm, yUm: position.yUm });
      return stage;
    },
    async blankBeam(_blanked, options) {
      begin(options);
    },
    async close() {
      isClosed = true;
    },
  };
}

const placesNamed = 8;

function placesText(stages: readonly StagePosition[]): string {
  const places = [
    ...new Set(stages.map(({ xUm, yUm }) => `(${xUm.toFixed(1)}, ${yUm.toFixed(1)}) um`)),
  ];
  const more = places.length > placesNamed ? `, and ${places.length - placesNamed} more` : '';
  return `${places.slice(0, placesNamed).join(', ')}${more}`;
}

function focusOf({ workingDistanceUm, stigmatorX, stigmatorY }: FocusState): FocusState {
  return Object.freeze({ workingDistanceUm, stigmatorX, stigmatorY });
}
