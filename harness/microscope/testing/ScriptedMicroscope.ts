import ndarray from 'ndarray';
import { type ExposingBeam, frameDoseElectronsPerNm2 } from '../dose.ts';
import type { FocusState } from '../FocusState.ts';
import type { Frame, FrameRequest, GreyPixels, StagePosition } from '../Frame.ts';
import type { CallOptions, Microscope } from '../Microscope.ts';
import type { MicroscopeDescription, ParameterDescription } from '../MicroscopeDescription.ts';

const parameter = (unit: string, settleTimeS: number): ParameterDescription => ({
  unit,
  settleTimeS,
  settable: true,
});

/**
 * A microscope for tests: does what it is told, notes every call with its options, fails or waits
 * where a test says so. Its frames are noise.
 */
export class ScriptedMicroscope implements Microscope {
  readonly calls: {
    readonly name: string;
    readonly argument?: unknown;
    readonly options?: unknown;
  }[] = [];
  focus: FocusState = { workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 };
  stage: StagePosition = { xUm: 0, yUm: 0 };
  passes = 1;
  #exposed = 0;
  /** Awaited before a call does its work; throw in it to make the call fail. */
  before: (name: string) => Promise<void> = async () => {};

  async describe(): Promise<MicroscopeDescription> {
    return {
      name: 'scripted',
      isSimulated: true,
      ...this.#beam(),
      bitDepth: 8,
      canBlankBeam: true,
      parameters: {
        workingDistanceUm: parameter('um', 0.2),
        stigmatorX: parameter('%', 0.1),
        stigmatorY: parameter('%', 0.1),
        stageXUm: parameter('um', 1),
        stageYUm: parameter('um', 1),
        width: parameter('px', 0),
        height: parameter('px', 0),
        pixelSizeNm: parameter('nm', 0),
        dwellTimeNs: parameter('ns', 0),
      },
    };
  }
  readFocus(options?: CallOptions): Promise<FocusState> {
    return this.#called('readFocus', undefined, options, () => this.focus);
  }
  writeFocus(target: Partial<FocusState>, options?: CallOptions): Promise<FocusState> {
    return this.#called('writeFocus', target, options, () => {
      this.focus = { ...this.focus, ...target };
      return this.focus;
    });
  }
  acquireFrame(request: FrameRequest, options?: CallOptions): Promise<Frame> {
    return this.#called('acquireFrame', request, options, () => {
      const { width, height } = request.region ?? request;
      const { pixelSizeNm, dwellTimeNs } = request;
      this.#exposed += 1;
      const pixels: GreyPixels = ndarray(noise(width * height, this.#exposed), [height, width]);
      return {
        pixels,
        request,
        actual: {
          pixelSizeNm,
          dwellTimeNs,
          passes: this.passes,
          focus: this.focus,
          stage: this.stage,
        },
        doseElectronsPerNm2: frameDoseElectronsPerNm2(this.#beam(), request),
        acquiredAt: new Date(0),
        frameTimeS: 1,
      };
    });
  }
  readStage(options?: CallOptions): Promise<StagePosition> {
    return this.#called('readStage', undefined, options, () => this.stage);
  }
  moveStage(position: StagePosition, options?: CallOptions): Promise<StagePosition> {
    return this.#called('moveStage', position, options, () => {
      this.stage = position;
      return this.stage;
    });
  }
  blankBeam(blanked: boolean, options?: CallOptions): Promise<void> {
    return this.#called('blankBeam', blanked, options, () => {});
  }
  close(): Promise<void> {
    return this.#called('close', undefined, undefined, () => {});
  }

  #beam(): ExposingBeam {
    return { beamCurrentNanoAmp: 1.5, passes: this.passes };
  }

  async #called<T>(
    name: string,
    argument: unknown,
    options: CallOptions | undefined,
    act: () => T,
  ): Promise<T> {
    this.calls.push({ name, argument, options });
    options?.signal?.throwIfAborted();
    await this.before(name);
    return act();
  }
}

/** Grey values that no two frames share. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    // A linear congruential generator with the constants of Numerical Recipes.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
