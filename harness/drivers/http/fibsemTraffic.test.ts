import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readWireFrame } from './frameTiff.ts';
import { FibsemStandIn } from './testing/FibsemStandIn.ts';

interface Exchange {
  readonly request: string;
  readonly body?: { readonly image_settings?: object };
  readonly status: number;
  readonly json?: unknown;
  readonly base64?: string;
}

/** What the server of fibsem 0.5.3 has answered, in this order. */
const { exchanges } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/fibsem-0.5.3.json'), 'utf8'),
) as { exchanges: Exchange[] };
const frames = exchanges.filter(({ base64 }) => base64 !== undefined);

/** Names and types, without the values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shapeOf(part)]));
}

describe('recorded traffic of fibsem-os', () => {
  it('is what the stand-in answers', async () => {
    const server = await FibsemStandIn.start();
    onTestFinished(() => server.close());
    // What the client asks for. The stand-in checks no bodies.
    const asked = [
      ...['GET /health', 'POST /capabilities', 'GET /stage_position', 'POST /move_stage_absolute'],
      ...['working_distance/get', 'working_distance/set', 'stigmation/get', 'stigmation/set'].map(
        (path) => `POST /${path}`,
      ),
      ...['field_of_view', 'dwell_time', 'resolution', 'beam_current'].map(
        (path) => `POST /${path}/get`,
      ),
    ];
    const answered = exchanges.filter(
      ({ request, status }) => asked.includes(request) && (status === 200 || status === 404),
    );
    expect(new Set(answered.map(({ request }) => request))).toEqual(new Set(asked));
    for (const { request, body, status, json } of answered) {
      const [method = '', path = ''] = request.split(' ');
      const response = await fetch(`${server.url}${path}`, {
        method,
        ...(body && {
          body: JSON.stringify(body),
          headers: { 'Content-Type': 'application/json' },
        }),
      });
      expect([request, response.status]).toEqual([request, status]);
      expect([request, shapeOf(await response.json())]).toEqual([request, shapeOf(json)]);
    }
  });

  it('has frames that are read, and the block image alone says what they are', () => {
    const [whole, part] = frames.map(({ base64 }) =>
      readWireFrame(Buffer.from(base64 ?? '', 'base64')),
    );
    expect(frames).toHaveLength(2);
    expect(whole?.pixels.shape).toEqual([12, 16]);
    expect(whole?.pixels.data).toBeInstanceOf(Uint8Array);
    expect(whole?.description.image).toMatchObject({
      resolution: [16, 12],
      dwell_time: 2e-7,
      hfw: 1.6e-7,
    });
    expect(whole?.description.microscope_state?.stage_position).toMatchObject({ x: 0, y: 0 });
    // Size and dwell time of before, in the block that the client does not believe.
    const text = Buffer.from(frames[0]?.base64 ?? '', 'base64').toString('latin1');
    expect(text).toContain('"resolution": [1536, 1024], "dwell_time": 1e-06');
    expect(part?.pixels.shape).toEqual([3, 8]);
  });
});
