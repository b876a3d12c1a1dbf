import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import {
  addFocus,
  type CallOptions,
  type FocusChange,
  type FocusState,
  type FrameRequest,
  isSemfocusError,
  type Microscope,
  type StagePosition,
} from '../../harness/microscope/index.ts';

/** Distance from place to place in frame widths: no point is exposed at two of them. */
const spacing = 1.5;

/** Takes perturbed pairs at known distances from a centre, place by place. */
export class PairTaker {
  readonly #microscope: Microscope;
  readonly #frame: FrameRequest;
  readonly #perturbationUm: number;
  readonly #call: CallOptions;
  readonly #onFrame: () => void;
  readonly #home: StagePosition | undefined;
  #centre: FocusState;
  #doseHere = 0;
  #largestDose = 0;

  private constructor(
    microscope: Microscope,
    setup: PairTakerSetup,
    home: StagePosition | undefined,
    centre: FocusState,
  ) {
    this.#microscope = microscope;
    this.#frame = setup.frame;
    this.#perturbationUm = setup.perturbationUm;
    this.#call = callOptions(setup.signal);
    this.#onFrame = setup.onFrame;
    this.#home = home;
    this.#centre = centre;
  }

  /** Moves are counted from where the microscope is now. */
  static async at(microscope: Microscope, setup: PairTakerSetup): Promise<PairTaker> {
    const call = callOptions(setup.signal);
    const home = await stageOf(microscope, call);
    return new PairTaker(microscope, setup, home, await microscope.readFocus(call));
  }

  /** From here on moves are counted from a state that differs from the last centre. */
  moveCentre(step: Partial<FocusChange>): void {
    this.#centre = addFocus(this.#centre, step);
  }

  /**
   * Goes to one of the places on a line of fresh ones beside the first. An instrument without a
   * stage stays where it is.
   */
  async goToPlace(index: number): Promise<void> {
    if (this.#home === undefined || index === 0) return;
    const { width, height, pixelSizeNm } = this.#frame;
    const stepUm = spacing * Math.hypot(width, height) * pixelSizeNm * 1e-3;
    const xUm = this.#home.xUm + index * stepUm;
    await this.#microscope.moveStage({ ...this.#home, xUm }, this.#call);
    this.#doseHere = 0;
  }

  /** Largest dose that a place has received, electrons per nm2. */
  get largestDoseElectronsPerNm2(): number {
    return this.#largestDose;
  }

  /** The pair at the centre plus a move: working distance minus, then plus the perturbation. */
  async take(move: Partial<FocusChange>): Promise<PerturbedPair> {
    const middle = addFocus(this.#centre, move);
    const exposeAt = async (offsetUm: number) => {
      const target = addFocus(middle, { workingDistanceUm: offsetUm });
      await this.#microscope.writeFocus(target, this.#call);
      const frame = await this.#microscope.acquireFrame(this.#frame, this.#call);
      this.#doseHere += frame.doseElectronsPerNm2;
      this.#largestDose = Math.max(this.#largestDose, this.#doseHere);
      this.#onFrame();
      return frame;
    };
    const under = await exposeAt(-this.#perturbationUm);
    const over = await exposeAt(this.#perturbationUm);
    return {
      under: under.pixels,
      over: over.pixels,
      pixelSizeNm: under.actual.pixelSizeNm,
      perturbationUm: this.#perturbationUm,
    };
  }
}

/** What pairs are taken with. */
export interface PairTakerSetup {
  readonly frame: FrameRequest;
  /** Half the difference of working distance in a pair, um. */
  readonly perturbationUm: number;
  readonly signal?: AbortSignal;
  /** Called after every frame. */
  readonly onFrame: () => void;
}

function callOptions(signal: AbortSignal | undefined): CallOptions {
  return signal === undefined ? {} : { signal };
}

async function stageOf(
  microscope: Microscope,
  call: CallOptions,
): Promise<StagePosition | undefined> {
  try {
    return await microscope.readStage(call);
  } catch (error) {
    if (isSemfocusError(error, 'Unsupported')) return undefined;
    throw error;
  }
}
