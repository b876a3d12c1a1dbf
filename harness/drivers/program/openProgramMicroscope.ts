import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { readImageFile } from '../../image/index.ts';
import {
  assertFiniteFocus,
  assertInRange,
  assertRequestInRange,
  ConfigError,
  DeviceError,
  type FrameRequest,
  focusParameters,
  frameDoseElectronsPerNm2,
  type GreyPixels,
  isSemfocusError,
  type Microscope,
  reasonOf,
  type StagePosition,
  Unsupported,
} from '../../microscope/index.ts';
import { helloByHand, type ProgramHost } from '../../program/index.ts';
import { MicroscopeProgram } from './MicroscopeProgram.ts';
import { type Answer, microscopeProtocol } from './protocol.ts';

/** A program that answers as a microscope, with what its frames are by default. */
export interface ProgramMicroscope extends Microscope {
  readonly pixelSizeNm: number;
  readonly dwellTimeNs: number;
}

/** Where the program runs, and what it is handed. */
export interface ProgramMicroscopeOptions extends ProgramHost {
  /** The time of day. */
  readonly now: () => Date;
}

/**
 * Starts a program that speaks JSON lines on stdin and stdout as a microscope. `timeoutMs` is for its
 * first answer. What it is asked later has the time that the session gives: a question whose asker has
 * given up is still answered before the next is asked.
 *
 * `close` ends its input and gives it 5 s to leave; then it is killed with all that it has started.
 *
 * @param command - The words after `exec:`.
 * @throws ConfigError if it does not run, does not answer in time or does not speak the protocol.
 */
export async function openProgramMicroscope(
  command: string,
  { folder, timeoutMs, now }: ProgramMicroscopeOptions,
): Promise<ProgramMicroscope> {
  const program = await MicroscopeProgram.start(command, folder);
  const hello = await introduced(program, timeoutMs);
  const { description, pixelSizeNm, dwellTimeNs } = hello;
  const { parameters } = description;
  let stage: StagePosition = { xUm: 0, yUm: 0 };

  return {
    ...{ pixelSizeNm, dwellTimeNs },
    async describe() {
      return structuredClone(description);
    },
    async readFocus(options) {
      return (await program.ask('readFocus', {}, options)).focus;
    },
    async writeFocus(target, options) {
      assertFiniteFocus(target, program.title);
      for (const name of focusParameters) {
        const requested = target[name];
        if (requested !== undefined) assertInRange(name, requested, parameters[name]);
      }
      return (await program.ask('writeFocus', { focus: target }, options)).focus;
    },
    async acquireFrame(request, options) {
      assertRequestInRange(request, description);
      const { width, height, region } = request;
      const asked = {
        ...{ width, height, pixelSizeNm: request.pixelSizeNm, dwellTimeNs: request.dwellTimeNs },
        ...(region && { region }),
      };
      // A new one for each frame: what a program leaves behind is no later frame.
      const place = await mkdtemp(join(program.folder, 'frame-'));
      try {
        const answer = await program.ask('acquire', { ...asked, folder: place }, options);
        const pixels = await readFrame(answer, place, program.title);
        const passes = answer.passes ?? description.passes;
        stage = answer.stage ?? stage;
        return {
          pixels,
          request,
          actual: {
            ...{ pixelSizeNm: answer.pixelSizeNm, dwellTimeNs: answer.dwellTimeNs },
            ...{ passes, focus: answer.focus, stage },
          },
          doseElectronsPerNm2:
            answer.doseElectronsPerNm2 ??
            frameDoseElectronsPerNm2({ ...description, passes }, answer),
          acquiredAt: now(),
          frameTimeS: answer.frameTimeS ?? beamTimeS(region ?? request, answer, passes),
        };
      } finally {
        await rm(place, { recursive: true, force: true });
      }
    },
    async readStage(options) {
      ({ stage } = await program.ask('readStage', {}, options));
      return stage;
    },
    async moveStage({ xUm, yUm }, options) {
      assertInRange('stageXUm', xUm, parameters.stageXUm);
      assertInRange('stageYUm', yUm, parameters.stageYUm);
      ({ stage } = await program.ask('moveStage', { stage: { xUm, yUm } }, options));
      return stage;
    },
    async blankBeam(blanked, options) {
      if (!description.canBlankBeam)
        throw new Unsupported(`${program.title} cannot blank the beam`);
      await program.ask('blankBeam', { blanked }, options);
    },
    close: () => program.close(),
  };
}

async function introduced(program: MicroscopeProgram, timeoutMs: number): Promise<Answer<'hello'>> {
  try {
    return await program.ask('hello', { protocol: microscopeProtocol }, { timeoutMs });
  } catch (cause) {
    await program.close();
    if (!isSemfocusError(cause)) throw cause;
    throw new ConfigError(cause.message, {
      cause,
      hint: cause.hint ?? `${helloByHand(program.words)} (docs/own-microscopes.md)`,
    });
  }
}

async function readFrame(
  { frame }: Answer<'acquire'>,
  folder: string,
  title: string,
): Promise<GreyPixels> {
  const path = resolve(folder, frame);
  if (!path.startsWith(`${folder}${sep}`)) {
    throw new DeviceError(
      `${title} must put the frame into the folder of the request. Received ${JSON.stringify(frame)}`,
      { code: 'frame' },
    );
  }
  try {
    return await readImageFile(path);
  } catch (cause) {
    if (!isSemfocusError(cause, 'ImageFileError')) throw cause;
    const hint = cause.hint ?? 'write a whole TIFF, PNG or NumPy file before answering';
    throw new DeviceError(`${title}: ${reasonOf(cause)}`, { code: 'frame', cause, hint });
  }
}

function beamTimeS(
  { width, height }: Pick<FrameRequest, 'width' | 'height'>,
  { dwellTimeNs }: Answer<'acquire'>,
  passes: number,
): number {
  return width * height * dwellTimeNs * 1e-9 * passes;
}
