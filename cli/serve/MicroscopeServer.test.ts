import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { wireErrorSchema, wireRoutes } from '../../harness/drivers/http/index.ts';
import { ScriptedMicroscope } from '../../harness/microscope/testing/ScriptedMicroscope.ts';
import { serveForTest } from './testing/serveForTest.ts';

const microscope = new ScriptedMicroscope();
let url: string;
let close: () => Promise<void>;
beforeAll(async () => {
  const { server } = await serveForTest(microscope);
  url = server.url;
  close = () => server.close(0);
});
afterAll(() => close());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Unlike `fetch`, lets a test say anything. */
function ask(
  path: string,
  how: { method?: string; headers?: Record<string, string>; body?: string; at?: string } = {},
): Promise<Answer> {
  const { method = 'POST', headers = {}, body = '', at = url } = how;
  return new Promise((resolve, reject) => {
    const asked = httpRequest(new URL(path, at), { method, headers }, (response) => {
      let text = '';
      response.on('data', (data) => {
        text += data;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const json = { 'Content-Type': 'application/json' };
const post = (path: string, body: unknown) =>
  ask(path, { headers: json, body: JSON.stringify(body) });
/** What goes over a bare connection and comes back until its end. */
function exchange(bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
    socket.end(bytes);
  });
}

/** A good request for each route. */
const requests: Record<keyof typeof wireRoutes, object> = {
  '/capabilities': {},
  '/health': {},
  '/abort': {},
  '/dose/get': {},
  '/hold/begin': {},
  '/hold/end': { hold: 'none' },
  '/working_distance/get': { beam_type: 'electron' },
  '/working_distance/set': { beam_type: 'ELECTRON', value: 0.00451 },
  '/stigmation/get': {},
  '/stigmation/set': { value: { x: 1, y: -2 } },
  '/focus/get': {},
  '/focus/set': { value: { stigmation: { y: 0.5 } } },
  '/resolution/get': {},
  '/resolution/set': { value: [64, 48] },
  '/dwell_time/get': {},
  '/dwell_time/set': { value: 1e-7 },
  '/field_of_view/get': {},
  '/field_of_view/set': { value: 1e-6 },
  '/beam_current/get': {},
  '/stage_position/get': {},
  '/stage_position/set': { value: { x: 1e-5, y: 0 } },
  '/beam_blank/get': {},
  '/beam_blank/set': { value: true },
  '/acquire_image': { image_settings: null },
};

/** The part of the OpenAPI document that is asked here. */
const documentSchema = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(
    z.string(),
    z.object({
      post: z.object({
        requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.any() })) }),
        responses: z.object({
          200: z.object({ content: z.record(z.string(), z.object({ schema: z.any() })) }),
          default: z.object({ $ref: z.literal('#/components/responses/Error') }),
        }),
      }),
    }),
  ),
  components: z.object({
    responses: z.object({
      Error: z.object({ content: z.object({ 'application/json': z.object({ schema: z.any() }) }) }),
    }),
  }),
});

describe('the OpenAPI document', () => {
  it('describes every route as it answers', async () => {
    const { text } = await ask('/openapi.json', { method: 'GET' });
    const { paths, components } = documentSchema.parse(JSON.parse(text));
    expect(Object.keys(paths).sort()).toEqual(Object.keys(requests).sort());
    const failure = z.fromJSONSchema(components.responses.Error.content['application/json'].schema);
    for (const [path, body] of Object.entries(requests)) {
      const { requestBody, responses } = paths[path]?.post ?? {};
      const asked = z.fromJSONSchema(requestBody?.content['application/json']?.schema);
      expect(asked.safeParse(body).success, path).toBe(true);
      expect(asked.safeParse({ ...body, unknown: 1 }).success, path).toBe(false);
      const [type = '', { schema } = { schema: undefined }] =
        Object.entries(responses?.[200].content ?? {})[0] ?? [];
      if (type === 'application/x-ndjson') continue;
      const answer = await post(path, body);
      expect({ path, status: answer.status, type: answer.headers['content-type'] }).toEqual({
        ...{ path, status: 200, type },
      });
      if (type === 'application/json') {
        const parsed = z.fromJSONSchema(schema).safeParse(JSON.parse(answer.text));
        expect(parsed.error, path).toBeUndefined();
        expect(z.fromJSONSchema(schema).safeParse({ other: 1 }).success, path).toBe(false);
      }
      const refused = await post(path, { unknown: 1 });
      expect(refused.status, path).toBe(422);
      expect(failure.safeParse(JSON.parse(refused.text)).error, path).toBeUndefined();
    }
  });
});

describe('a microscope server', () => {
  it.each([
    ['a name that was made to resolve to this machine', { Host: 'evil.example' }, 421],
    ['another origin', { Origin: 'http://evil.example' }, 403],
    ['a file that was opened', { Origin: 'null' }, 403],
    ['what another site made a browser ask for', { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ])('does not answer %s', async (_name, headers, status) => {
    const answer = await ask('/focus/get', { headers });
    expect(answer.status).toBe(status);
    expect(wireErrorSchema.safeParse(JSON.parse(answer.text)).success).toBe(true);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('answers at the other end of a tunnel', async () => {
    for (const host of ['localhost:9000', '127.0.0.1:9000', '[::1]:9000', 'LOCALHOST']) {
      expect((await ask('/focus/get', { headers: { Host: host } })).status).toBe(200);
    }
  });

  it('wants its token, and nothing near it, where it has one', async () => {
    const token = '0123456789abcdef';
    const { server } = await serveForTest(new ScriptedMicroscope(), { token });
    const asked = async (authorization?: string, path = '/focus/get') =>
      (
        await ask(path, {
          at: server.url,
          ...(authorization !== undefined && { headers: { Authorization: authorization } }),
        })
      ).status;
    expect(await asked(`Bearer ${token}`)).toBe(200);
    for (const wrong of ['', 'Bearer', token, `Bearer ${token}0`, `bearer ${token}`, 'Bearer é']) {
      expect(await asked(wrong), wrong).toBe(401);
    }
    expect(await asked()).toBe(401);
    expect(await asked(undefined, '/abort')).toBe(401);
    expect(await asked(undefined, '/health')).toBe(200);
    await server.close(0);
  });

  it.each([
    ['GET', '/focus/get', '', json, 405, 'MethodNotAllowed'],
    ['DELETE', '/acquire_image', '', json, 405, 'MethodNotAllowed'],
    ['OPTIONS', '/acquire_image', '', json, 405, 'MethodNotAllowed'],
    ['POST', '/openapi.json', '', json, 405, 'MethodNotAllowed'],
    ['POST', '/', '', json, 404, 'NotFound'],
    ['POST', '/constructor', '', json, 404, 'NotFound'],
    ['POST', '/acquire_image/', '', json, 404, 'NotFound'],
    ['POST', '/focus/set', '{', json, 400, 'Invalid'],
    ['POST', '/focus/set', '{"value": NaN}', json, 400, 'Invalid'],
    ['POST', '/focus/set', '['.repeat(5000) + ']'.repeat(5000), json, 400, 'Invalid'],
    ['POST', '/focus/set', '{}', { 'Content-Type': 'text/plain' }, 415, 'Invalid'],
    ['POST', '/focus/set', '{}', {}, 415, 'Invalid'],
    ['POST', '/focus/set', JSON.stringify('x'.repeat(70_000)), json, 413, 'Invalid'],
    ['POST', '/focus/set', '[]', json, 422, 'Invalid'],
    ['POST', '/focus/set', 'null', json, 422, 'Invalid'],
    ['POST', '/working_distance/set', '{"value": 1e999}', json, 422, 'Invalid'],
    ['POST', '/working_distance/set', '{"value": "0.0045"}', json, 422, 'Invalid'],
    ['POST', '/working_distance/get', '{"beam_type": "ION"}', json, 422, 'Invalid'],
    ['POST', '/acquire_image', '{"image_settings": {"resolution": [0, 9]}}', json, 422, 'Invalid'],
    ['POST', '/acquire_image', '{"image_settings": {"hfw": -1}}', json, 422, 'Invalid'],
  ])('answers %s %s in JSON (%#)', async (method, path, body, headers, status, tag) => {
    const answer = await ask(path, { method, headers: headers as Record<string, string>, body });
    expect({ status: answer.status, body: JSON.parse(answer.text) }).toMatchObject({
      ...{ status, body: { error: { tag } } },
    });
  });

  it('names the value that it refuses and what is allowed', async () => {
    const { text } = await post('/stigmation/set', { value: { x: 1 } });
    expect(JSON.parse(text)).toMatchInlineSnapshot(`
      {
        "error": {
          "message": "value.y must be a number. Received nothing",
          "tag": "Invalid",
        },
      }
    `);
  });

  it('answers what is no HTTP, and goes on', async () => {
    const messy = [
      'hello\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'POST /focus/get HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
      'POST /focus/get HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      `GET / HTTP/1.1\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`,
    ];
    for (const text of messy) {
      const answer = await exchange(text);
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      expect(head, text.slice(0, 40)).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(wireErrorSchema.safeParse(JSON.parse(body)).success, text.slice(0, 40)).toBe(true);
    }
    expect((await post('/health', {})).status).toBe(200);
  });

  it('answers a request that does not arrive, in time', async () => {
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('data', (data) => {
        text += data;
      });
      socket.on('close', () => resolve(text));
      socket.write(
        'POST /focus/set HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n',
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 Timeout\r\n/);
    expect(answer).toContain('"tag":"Timeout"');
  });

  it('survives anything that it is sent', async () => {
    const setOf = { path: '/focus/set', body: '{"value":{"working_distance":0.0045}}' };
    const paths = [
      ...Object.keys(wireRoutes).filter((path) => path !== '/hold/begin'),
      '/x',
      '/a//b',
      '/%',
    ];
    const piece = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom(
        '{"value":',
        '1e400',
        '{"image_settings":{"resolution":[1e9,1e9]}}',
        setOf.body,
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.constantFrom('POST', 'GET', 'PUT'),
        fc.constantFrom('application/json', 'application/json; charset=utf-8', 'text/html'),
        piece,
        async (path, method, type, body) => {
          const length = String(Buffer.byteLength(body));
          const headers = { 'Content-Type': type, 'Content-Length': length };
          const answer = await ask(path, { method, headers, body });
          const isFine = answer.status === 200 || (answer.status >= 400 && answer.status < 500);
          // What the instrument cannot do is no crash either.
          expect(isFine || answer.status === 501, `${answer.status} ${answer.text}`).toBe(true);
          if (answer.status !== 200) {
            expect(wireErrorSchema.safeParse(JSON.parse(answer.text)).success).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await exchange(bytes);
      }),
      { numRuns: 50 },
    );
    expect((await post(setOf.path, JSON.parse(setOf.body))).status).toBe(200);
  });
});
