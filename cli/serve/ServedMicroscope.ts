import { randomBytes } from 'node:crypto';
import {
  capabilitiesOf,
  type ImageSettings,
  rounded,
  shifted,
  tiffOfFrame,
  type WireAnswer,
  type WirePath,
  type WireRequest,
  wireFocus,
} from '../../harness/drivers/http/index.ts';
import {
  assertInRange,
  assertRequestInRange,
  Busy,
  Disconnected,
  type FocusState,
  type FrameRequest,
  focusParameters,
  type Guard,
  type GuardOptions,
  guardMicroscope,
  limitCallTimes,
  type Microscope,
  type MicroscopeDescription,
  type RecordedCall,
  reasonOf,
  recordMicroscope,
  type StagePosition,
  Unsupported,
} from '../../harness/microscope/index.ts';
import type { OpenedMicroscope } from '../lab/index.ts';
import { CommandGate } from './CommandGate.ts';

/**
 * What the server itself does not let through, around the state in which it was started, and who is told
 * of what went wrong.
 */
export interface ServeRules
  extends Pick<GuardOptions, 'limits' | 'stepLimits' | 'doseBudgetElectronsPerNm2'> {
  readonly onTrouble: (message: string) => void;
  /** Told of every call to the microscope as it ends. */
  readonly onCall?: (call: RecordedCall) => void;
}

/** A client that holds the microscope. */
interface Hold {
  readonly id: string;
  /** Knows the way back to where the hold began. */
  readonly guard: Guard;
  isLost: boolean;
  /** Told when it is over. */
  readonly onEnd: () => void;
}

/** Routes that are one command each. */
type CommandPath = Exclude<
  WirePath,
  '/capabilities' | '/health' | '/abort' | '/dose/get' | '/hold/begin' | '/hold/end'
>;
type Handlers = {
  readonly [P in CommandPath]: (
    request: WireRequest<P>,
    signal: AbortSignal,
  ) => Promise<P extends '/acquire_image' ? Uint8Array : WireAnswer<P>>;
};

/**
 * A microscope as its clients see it: one command at a time, within the ranges that it describes and
 * the limits of the server. What is aborted, or loses its client, leaves the beam blanked; a hold that is
 * lost, or ends with the server, the start as well.
 */
export class ServedMicroscope {
  readonly #description: MicroscopeDescription;
  readonly #capabilities: WireAnswer<'/capabilities'>;
  readonly #limited: Guard;
  readonly #takeDoubt: () => boolean;
  readonly #onTrouble: (message: string) => void;
  readonly #gate = new CommandGate();
  readonly #dose = { frames: 0, electrons_per_nm2: 0, beam_on_time: 0 };
  #frame: FrameRequest;
  #isBlanked: boolean | null = null;
  #hold: Hold | undefined;
  /** The hold that was lost last. */
  #lost: string | undefined;

  private constructor(
    opened: OpenedMicroscope,
    limited: Guard,
    takeDoubt: () => boolean,
    onTrouble: (message: string) => void,
  ) {
    this.#limited = limited;
    this.#description = limited.description;
    this.#takeDoubt = takeDoubt;
    this.#onTrouble = onTrouble;
    this.#capabilities = capabilitiesOf(limited.description, opened.calibration);
    const { pixelSizeNm, dwellTimeNs } = opened;
    this.#frame = { width: 1024, height: 768, pixelSizeNm, dwellTimeNs };
  }

  /** @throws whatever describing the microscope and reading its focus throw. */
  static async open(opened: OpenedMicroscope, rules: ServeRules): Promise<ServedMicroscope> {
    const { onTrouble, onCall, ...guard } = rules;
    const { microscope, takeDoubt } = limitCallTimes(opened.microscope);
    const recorded = recordMicroscope(microscope, onCall).microscope;
    const limited = await guardMicroscope(recorded, { ...guard, takeDoubt });
    return new ServedMicroscope(opened, limited, takeDoubt, onTrouble);
  }

  get capabilities(): WireAnswer<'/capabilities'> {
    return this.#capabilities;
  }

  get health(): WireAnswer<'/health'> {
    const { name } = this.#description;
    return { status: 'ok', manufacturer: name, busy: this.#gate.busy ?? null };
  }

  get dose(): WireAnswer<'/dose/get'> {
    return { value: { ...this.#dose } };
  }

  /**
   * Carries out a command.
   *
   * @param hold - Of the client, if it holds the microscope.
   * @param gone - Aborted when the client is gone.
   */
  async command(
    path: CommandPath,
    request: unknown,
    hold: string | undefined,
    gone: AbortSignal,
  ): Promise<object | Uint8Array> {
    this.#assertMayCommand(path, hold);
    const handle = this.#handlers[path] as (
      request: unknown,
      signal: AbortSignal,
    ) => Promise<object | Uint8Array>;
    const lose = () => this.#gate.abort('its client is gone', hold);
    return this.#gate.run(path, hold, async (signal) => {
      gone.addEventListener('abort', lose);
      try {
        gone.throwIfAborted();
        return await handle(request, signal);
      } finally {
        gone.removeEventListener('abort', lose);
        if (signal.aborted || gone.aborted) await this.#blank();
      }
    });
  }

  /** Aborts what is in flight, of one client or of any, and blanks the beam. */
  abort(hold: string | undefined): WireAnswer<'/abort'> {
    const aborted = this.#gate.abort('a client asked for it', hold);
    if (this.#gate.busy === undefined) void this.blankIdle();
    return { status: 'ok', aborted: aborted ?? null };
  }

  /** Blanks the beam where nothing else is in flight: the next command decides otherwise. */
  async blankIdle(): Promise<void> {
    await this.#gate.run('/beam_blank/set', undefined, () => this.#blank()).catch(() => {});
  }

  /**
   * @param onEnd - Told when the hold is over, whoever has ended it.
   * @throws Busy if another client holds the microscope, or a command is in flight.
   */
  async beginHold(onEnd: () => void): Promise<string> {
    this.#assertMayCommand('/hold/begin', undefined);
    const id = randomBytes(16).toString('base64url');
    await this.#gate.run('/hold/begin', undefined, async () => {
      const guard = await guardMicroscope(this.#limited.microscope, {
        limits: { workingDistanceUm: Infinity, stigmator: Infinity },
        takeDoubt: this.#takeDoubt,
      });
      this.#hold = { id, guard, isLost: false, onEnd };
    });
    return id;
  }

  /**
   * Ends a hold and blanks the beam; nothing happens where this hold is over.
   *
   * @throws Disconnected if it was lost: then the state in which it ended is not kept.
   */
  async endHold(id: string): Promise<void> {
    if (this.#lost === id) {
      throw new Disconnected('/hold/end came too late: this client was lost before');
    }
    if (this.#hold?.id !== id || this.#hold.isLost) return;
    this.#gate.abort('its client has ended its hold');
    await this.#gate.runNext('/hold/end', id, () => this.#blank());
    this.#release();
  }

  /** The client that held the microscope is gone: aborts its command and puts the start back. */
  async loseHold(id: string): Promise<void> {
    const hold = this.#hold;
    if (hold?.id !== id || hold.isLost) return;
    hold.isLost = true;
    this.#lost = id;
    this.#gate.abort('its client is gone');
    try {
      await this.#gate.runNext('/hold/end', id, () => this.#putBack(hold));
    } catch {
      // The server is being stopped, and puts it back itself.
      return;
    }
    this.#release();
  }

  /**
   * Ends what is in flight, puts the start of a hold back and blanks the beam. Every further command
   * is refused.
   *
   * @throws why the start could not be put back or the beam not be blanked.
   */
  async stop(): Promise<void> {
    await this.#gate.stop('the server is being stopped');
    try {
      if (this.#hold !== undefined) await this.#hold.guard.restore();
      else if (this.#description.canBlankBeam) await this.#limited.microscope.blankBeam(true);
    } finally {
      this.#release();
    }
  }

  #release(): void {
    const hold = this.#hold;
    this.#hold = undefined;
    hold?.onEnd();
  }

  async #putBack({ guard }: Hold): Promise<void> {
    try {
      await guard.restore();
      this.#isBlanked = this.#description.canBlankBeam ? true : null;
      this.#onTrouble('a client was lost: the state in which it began is back');
    } catch (error) {
      this.#onTrouble(
        `a client was lost, and the state in which it began could not be put back: ${reasonOf(error)}`,
      );
    }
  }

  async #blank(): Promise<void> {
    if (!this.#description.canBlankBeam) return;
    try {
      await this.#limited.microscope.blankBeam(true);
      this.#isBlanked = true;
    } catch (error) {
      this.#onTrouble(`the beam could not be blanked: ${reasonOf(error)}`);
    }
  }

  #assertMayCommand(path: string, hold: string | undefined): void {
    if (this.#hold === undefined) {
      if (hold === undefined) return;
      throw new Disconnected(`${path} is refused: its hold is over`, { hint: 'begin another one' });
    }
    if (this.#hold.id === hold && !this.#hold.isLost) return;
    const why = this.#hold.isLost
      ? 'a client was lost, and the state in which it began is being put back'
      : 'another client holds the microscope';
    throw new Busy(`${path} must wait: ${why}`, { hint: 'send it again later' });
  }

  get #microscope(): Microscope {
    return (this.#hold?.guard ?? this.#limited).microscope;
  }

  async #writeFocus(target: Partial<FocusState>, signal: AbortSignal): Promise<FocusState> {
    const { parameters } = this.#description;
    for (const name of focusParameters) {
      const requested = target[name];
      if (requested !== undefined) assertInRange(name, requested, parameters[name]);
    }
    return this.#microscope.writeFocus(target, { signal });
  }

  /** Changes what frames are like that are asked for without settings. */
  #setFrame(change: Partial<FrameRequest>): FrameRequest {
    const frame = { ...this.#frame, ...change };
    assertRequestInRange(frame, this.#description);
    this.#frame = frame;
    return frame;
  }

  async #acquire(settings: ImageSettings | null, signal: AbortSignal): Promise<Uint8Array> {
    const request = requestOf(settings ?? {}, this.#frame);
    assertRequestInRange(request, this.#description);
    this.#isBlanked = null;
    const frame = await this.#microscope.acquireFrame(request, { signal });
    const [height = 0, width = 0] = frame.pixels.shape;
    const { passes, dwellTimeNs } = frame.actual;
    this.#dose.frames += 1;
    this.#dose.electrons_per_nm2 += frame.doseElectronsPerNm2;
    this.#dose.beam_on_time += passes * width * height * dwellTimeNs * 1e-9;
    return tiffOfFrame(frame);
  }

  readonly #handlers: Handlers = {
    '/working_distance/get': async (_request, signal) => ({
      value: wireFocus(await this.#microscope.readFocus({ signal })).working_distance,
    }),
    '/working_distance/set': async ({ value }, signal) => {
      const focus = await this.#writeFocus({ workingDistanceUm: shifted(value, 6) }, signal);
      return { value: wireFocus(focus).working_distance };
    },
    '/stigmation/get': async (_request, signal) => ({
      value: wireFocus(await this.#microscope.readFocus({ signal })).stigmation,
    }),
    '/stigmation/set': async ({ value: { x, y } }, signal) => ({
      value: wireFocus(await this.#writeFocus({ stigmatorX: x, stigmatorY: y }, signal)).stigmation,
    }),
    '/focus/get': async (_request, signal) => ({
      value: wireFocus(await this.#microscope.readFocus({ signal })),
    }),
    '/focus/set': async ({ value }, signal) => ({
      value: wireFocus(await this.#writeFocus(targetOf(value), signal)),
    }),
    '/resolution/get': async () => ({ value: [this.#frame.width, this.#frame.height] }),
    '/resolution/set': async ({ value: [width, height] }) => {
      // The field of view stays.
      const pixelSizeNm = rounded((this.#frame.pixelSizeNm * this.#frame.width) / width);
      const frame = this.#setFrame({ width, height, pixelSizeNm });
      return { value: [frame.width, frame.height] };
    },
    '/dwell_time/get': async () => ({ value: shifted(this.#frame.dwellTimeNs, -9) }),
    '/dwell_time/set': async ({ value }) => ({
      value: shifted(this.#setFrame({ dwellTimeNs: shifted(value, 9) }).dwellTimeNs, -9),
    }),
    '/field_of_view/get': async () => ({ value: fieldOf(this.#frame) }),
    '/field_of_view/set': async ({ value }) => ({
      value: fieldOf(
        this.#setFrame({ pixelSizeNm: shifted(rounded(value / this.#frame.width), 9) }),
      ),
    }),
    '/beam_current/get': async () => ({ value: this.#capabilities.beam_current }),
    '/stage_position/get': async (_request, signal) => ({
      value: wireStage(await this.#microscope.readStage({ signal })),
    }),
    '/stage_position/set': async ({ value: { x, y } }, signal) => {
      const target = { xUm: shifted(x, 6), yUm: shifted(y, 6) };
      const { stageXUm, stageYUm } = this.#description.parameters;
      assertInRange('stageXUm', target.xUm, stageXUm);
      assertInRange('stageYUm', target.yUm, stageYUm);
      return { value: wireStage(await this.#microscope.moveStage(target, { signal })) };
    },
    '/beam_blank/get': async () => ({ value: this.#isBlanked }),
    '/beam_blank/set': async ({ value }, signal) => {
      await this.#microscope.blankBeam(value, { signal });
      this.#isBlanked = value;
      return { value };
    },
    '/acquire_image': ({ image_settings }, signal) => this.#acquire(image_settings ?? null, signal),
  };
}

function fieldOf({ width, pixelSizeNm }: FrameRequest): number {
  return shifted(rounded(width * pixelSizeNm), -9);
}

function wireStage({ xUm, yUm }: StagePosition): WireAnswer<'/stage_position/get'>['value'] {
  return { x: shifted(xUm, -6), y: shifted(yUm, -6) };
}

function targetOf({
  working_distance,
  stigmation: { x, y } = {},
}: WireRequest<'/focus/set'>['value']): Partial<FocusState> {
  return {
    ...(working_distance !== undefined && { workingDistanceUm: shifted(working_distance, 6) }),
    ...(x !== undefined && { stigmatorX: x }),
    ...(y !== undefined && { stigmatorY: y }),
  };
}

/** @throws Unsupported for what would have to be obeyed and cannot be. */
function requestOf(settings: ImageSettings, present: FrameRequest): FrameRequest {
  const { autocontrast, drift_correction, line_integration, frame_integration } = settings;
  const { scan_interlacing, save, resolution, dwell_time, hfw, reduced_area } = settings;
  const [unsupported] = [
    ...Object.entries({ autocontrast, drift_correction, save }).filter(([, value]) => value),
    ...Object.entries({ line_integration, frame_integration, scan_interlacing }).filter(
      ([, value]) => (value ?? 1) !== 1,
    ),
  ];
  if (unsupported !== undefined) {
    throw new Unsupported(`image_settings.${unsupported[0]} cannot be ${unsupported[1]} here`, {
      hint: 'leave it out or set it to null',
    });
  }
  const [width, height] = resolution ?? [present.width, present.height];
  const field = hfw ?? fieldOf(present);
  return {
    width,
    height,
    pixelSizeNm: shifted(rounded(field / width), 9),
    dwellTimeNs: dwell_time == null ? present.dwellTimeNs : shifted(dwell_time, 9),
    ...(reduced_area && {
      region: {
        x: Math.round(reduced_area.left * width),
        y: Math.round(reduced_area.top * height),
        width: Math.round(reduced_area.width * width),
        height: Math.round(reduced_area.height * height),
      },
    }),
  };
}
