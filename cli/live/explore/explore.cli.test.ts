import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { inProcess } from '../../testing/inProcess.ts';
import { startSemfocus } from '../../testing/semfocus.ts';

/** Reads events until one of them satisfies. */
async function eventWhere(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  isWanted: (event: string, data: { [key: string]: unknown }) => boolean,
): Promise<{ [key: string]: unknown }> {
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error('the stream has ended');
    text += decoder.decode(value, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, event = '', json = '{}'] =
        /^event: (.*)\ndata: (.*)$/s.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      const data = JSON.parse(json);
      if (isWanted(event, data)) return data;
    }
  }
}

describe('semfocus explore', () => {
  it('serves a microscope that obeys, until it is interrupted', async () => {
    const { child, ended } = startSemfocus(tmpdir(), ['explore', '--specimen', 'points']);
    const url = await new Promise<string>((resolve) => {
      let text = '';
      child.stderr?.on('data', (data) => {
        text += data;
        const found = /^Virtual microscope: (\S+)/m.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    const events = await fetch(new URL('events', url));
    const reader = events.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    const first = await eventWhere(
      reader,
      (event, data) => event === 'state' || (event === 'picture' && data.state !== undefined),
    );
    const state = (first.state ?? first) as { focus: { workingDistanceUm: number } };
    const command = (body: object) =>
      fetch(new URL('command', url), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    const workingDistanceUm = state.focus.workingDistanceUm + 1;
    expect((await command({ type: 'turn', workingDistanceUm })).status).toBe(202);
    const frame = await eventWhere(
      reader,
      (event, data) =>
        event === 'frame' &&
        (data.focus as { workingDistanceUm: number }).workingDistanceUm === workingDistanceUm,
    );
    const pixels = await fetch(new URL(`frame?number=${frame.number}`, url));
    expect((await pixels.arrayBuffer()).byteLength).toBe(768 * 512);
    expect((await command({ type: 'melt' })).status).toBe(400);
    expect((await fetch(new URL('frame?number=999999', url))).status).toBe(404);
    // A page that is too slow asks for a frame that is kept no longer.
    for (let turn = 2; turn < 12; turn++) {
      const wanted = state.focus.workingDistanceUm + turn;
      await command({ type: 'turn', workingDistanceUm: wanted });
      const isWanted = (data: Record<string, unknown>) =>
        (data.focus as { workingDistanceUm: number }).workingDistanceUm === wanted;
      await eventWhere(reader, (event, data) => event === 'frame' && isWanted(data));
    }
    expect((await fetch(new URL(`frame?number=${frame.number}`, url))).status).toBe(204);
    // A knob that moves is answered with its preview, and the whole frame follows when it rests.
    const moved = await command({ type: 'turn', isMoving: true, workingDistanceUm });
    expect(moved.status).toBe(200);
    const [previewNumber, width, height] =
      moved.headers.get('X-Frame')?.split(' ').map(Number) ?? [];
    expect(width).toBeLessThan(768);
    expect((await moved.arrayBuffer()).byteLength).toBe(width! * height!);
    const told = await eventWhere(
      reader,
      (event, { number }) => event === 'frame' && number === previewNumber,
    );
    expect(told).toMatchObject({ kind: 'preview', focus: { workingDistanceUm } });
    const rested = await eventWhere(reader, (event) => event === 'frame');
    expect(rested).toMatchObject({
      ...{ number: previewNumber! + 1, kind: 'knobs', width: 768, height: 512 },
      focus: { workingDistanceUm },
    });
    expect((await command({ type: 'run', algorithm: 'spectral' })).status).toBe(202);
    expect((await command({ type: 'turn', isMoving: true })).status).toBe(409);
    child.kill('SIGINT');
    await eventWhere(reader, (event) => event === 'end');
    expect(await ended).toMatchObject({ code: 0, stdout: '' });
  });

  it.each([
    ['--specimen', 'gras', '--specimen must be'],
    ['--preset', 'gras', 'preset must be'],
    ['--port', '-1', '--port must be a whole number from 0 to 65535'],
  ])('refuses %s %s', async (option, value, message) => {
    const { code, stdout, stderr } = await inProcess('explore', option, value);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
