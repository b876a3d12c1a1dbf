import type { z } from 'zod';
import { describeMismatch } from '../../config/index.ts';
import {
  type CallOptions,
  DeviceError,
  type FocusState,
  type Frame,
  type FrameRequest,
  isSemfocusError,
  type StagePosition,
} from '../../microscope/index.ts';
import { descriptionOf } from './capabilities.ts';
import { focusOfWire, readWireFrame, settingsOf } from './frameTiff.ts';
import type { HttpConnection } from './HttpConnection.ts';
import type { HttpMicroscope } from './HttpMicroscope.ts';
import { openHold } from './openHold.ts';
import { rounded, shifted } from './units.ts';
import { type Capabilities, type WireAnswer, type WirePath, wireRoutes } from './wireRoutes.ts';

/** How long an aborted command may take to end before its connection is dropped, ms. */
const abortGraceMs = 5_000;

/**
 * The microscope of a server that speaks as docs/wire.md says. The server settles, reads back and holds
 * the microscope for this client; an aborted call is aborted there as well.
 */
export async function openSemfocusMicroscope(
  connection: HttpConnection,
  capabilities: Capabilities,
): Promise<HttpMicroscope> {
  const description = descriptionOf(capabilities);
  const hold = capabilities.can_hold ? await openHold(connection) : undefined;

  let isLost = false;

  /** Sends a command, and has it aborted where the signal is. */
  async function command<T>(
    { signal }: CallOptions,
    send: (how: { signal: AbortSignal; headers: Record<string, string> }) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const headers = (await hold?.headers()) ?? {};
    const dropped = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const abort = () => {
      timer = setTimeout(() => dropped.abort(), abortGraceMs);
      // What cannot be aborted so is dropped, and the server notices that.
      connection.ask('/abort', { body: {}, headers }).catch(() => dropped.abort());
    };
    signal?.addEventListener('abort', abort);
    try {
      const answer = await send({ signal: dropped.signal, headers });
      isLost = false;
      return answer;
    } catch (error) {
      isLost = isSemfocusError(error, 'Disconnected');
      if (isLost || (isSemfocusError(error, 'DeviceError') && error.code === 'Aborted')) {
        hold?.lossIsTold();
      }
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      signal?.throwIfAborted();
    }
  }

  async function ask<P extends WirePath>(
    path: P,
    body: object,
    options: CallOptions = {},
  ): Promise<WireAnswer<P>> {
    const answer = await command(options, (how) =>
      connection.json(path, { body, isRepeatable: true, ...how }),
    );
    const schema = wireRoutes[path].answer as unknown as z.ZodType<WireAnswer<P>>;
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new DeviceError(`${path} answered in a form that is not known`, {
      code: 'answer',
      hint: describeMismatch(schema, answer, parsed.error),
    });
  }

  const stageOf = ({ x, y }: WireAnswer<'/stage_position/get'>['value']): StagePosition => ({
    xUm: shifted(x, 6),
    yUm: shifted(y, 6),
  });

  try {
    const { value: width } = await ask('/field_of_view/get', {});
    const { value: dwellTime } = await ask('/dwell_time/get', {});
    const {
      value: [columns],
    } = await ask('/resolution/get', {});
    return {
      pixelSizeNm: shifted(rounded(width / columns), 9),
      dwellTimeNs: shifted(dwellTime, 9),
      ...(capabilities.calibration && { calibration: capabilities.calibration }),
      lacks: lacksOf(capabilities),
      describe: async () => structuredClone(description),
      async readFocus(options) {
        return focusOfWire((await ask('/focus/get', {}, options)).value);
      },
      async writeFocus(target, options) {
        return focusOfWire((await ask('/focus/set', { value: targetOf(target) }, options)).value);
      },
      async acquireFrame(request, options = {}) {
        const body = { image_settings: settingsOf(request) };
        const bytes = await command(options, (how) =>
          connection.bytes('/acquire_image', { body, ...how }),
        );
        return frameOf(bytes, request);
      },
      async readStage(options) {
        return stageOf((await ask('/stage_position/get', {}, options)).value);
      },
      async moveStage({ xUm, yUm }, options) {
        const value = { x: shifted(xUm, -6), y: shifted(yUm, -6) };
        return stageOf((await ask('/stage_position/set', { value }, options)).value);
      },
      async blankBeam(blanked, options) {
        await ask('/beam_blank/set', { value: blanked }, options);
      },
      async close() {
        try {
          // Of a server that is gone there is nothing to say that has not been said.
          if (!isLost) await hold?.end();
        } finally {
          connection.close();
        }
      },
    };
  } catch (error) {
    await hold?.end().catch(() => {});
    throw error;
  }
}

function lacksOf({ can_blank_beam, can_hold }: Capabilities): string[] {
  return [
    ...(can_blank_beam ? [] : ['the instrument cannot blank its beam']),
    ...(can_hold
      ? []
      : ['the server does not put the start back if this program is killed or the line is cut']),
  ];
}

function targetOf({ workingDistanceUm, stigmatorX, stigmatorY }: Partial<FocusState>): object {
  const stigmation = {
    ...(stigmatorX !== undefined && { x: stigmatorX }),
    ...(stigmatorY !== undefined && { y: stigmatorY }),
  };
  return {
    ...(workingDistanceUm !== undefined && { working_distance: shifted(workingDistanceUm, -6) }),
    ...(Object.keys(stigmation).length > 0 && { stigmation }),
  };
}

function frameOf(bytes: Uint8Array, request: FrameRequest): Frame {
  const { pixels, description } = readWireFrame(bytes);
  const { semfocus: done } = description;
  if (done === undefined) {
    throw new DeviceError('the frame does not say in which state it was exposed', {
      code: 'frame',
      hint: 'its ImageDescription must have the block semfocus, as docs/wire.md shows',
    });
  }
  return {
    pixels,
    request,
    actual: {
      pixelSizeNm: shifted(done.pixel_size, 9),
      dwellTimeNs: shifted(done.dwell_time, 9),
      passes: done.passes,
      focus: focusOfWire(done),
      stage: { xUm: shifted(done.stage_position.x, 6), yUm: shifted(done.stage_position.y, 6) },
    },
    doseElectronsPerNm2: done.electrons_per_nm2,
    acquiredAt: new Date(done.acquired_at),
    frameTimeS: done.frame_time,
  };
}
