import { describe, expect, it } from 'vitest';
import { CommandQueue } from './CommandQueue.ts';
import type { ExploreCommand } from './protocol.ts';

function queued() {
  const sent: ExploreCommand[] = [];
  return { sent, queue: new CommandQueue((command) => sent.push(command)) };
}

const turn = (workingDistanceUm: number) => ({ type: 'turn', workingDistanceUm }) as const;

describe('CommandQueue', () => {
  it('sends one at a time, and of knobs that were turned meanwhile the last state alone', () => {
    const { queue, sent } = queued();
    queue.offer(turn(1));
    queue.offer(turn(2));
    queue.offer({ type: 'turn', stigmatorX: 5 });
    queue.offer(turn(3));
    expect(sent).toEqual([turn(1)]);
    queue.done();
    expect(sent.slice(1)).toEqual([{ type: 'turn', workingDistanceUm: 3, stigmatorX: 5 }]);
    queue.done();
    queue.offer(turn(4));
    expect(sent).toHaveLength(3);
  });

  it('forgets knobs where others are drawn, and those that were turned before they were', () => {
    const { queue, sent } = queued();
    queue.offer(turn(1));
    queue.offer(turn(2));
    queue.offer({ type: 'defocus' });
    queue.offer(turn(3));
    queue.done();
    queue.done();
    expect(sent).toEqual([turn(1), { type: 'defocus' }]);
  });

  it.each([{ type: 'run', algorithm: 'a' }, { type: 'fresh' }] as const)(
    'turns the knobs before it lets $type begin from there',
    (command) => {
      const { queue, sent } = queued();
      queue.offer(turn(1));
      queue.offer(turn(2));
      expect(queue.offer(command)).toBe(true);
      queue.done();
      queue.done();
      queue.done();
      expect(sent).toEqual([turn(1), turn(2), command]);
    },
  );

  it('refuses everything but stop and pace while an algorithm runs', () => {
    const { queue, sent } = queued();
    queue.offer({ type: 'run', algorithm: 'a' });
    expect(queue.offer(turn(1))).toBe(false);
    expect(queue.offer({ type: 'run', algorithm: 'b' })).toBe(false);
    expect(queue.offer({ type: 'stop' })).toBe(true);
    expect(queue.offer({ type: 'pace', ms: 0 })).toBe(true);
    expect(sent.map(({ type }) => type)).toEqual(['run', 'stop', 'pace']);
    queue.done();
    expect(queue.offer(turn(1))).toBe(true);
  });

  it('keeps what is asked for between the end of a run and that of its command', () => {
    const { queue, sent } = queued();
    queue.offer({ type: 'run', algorithm: 'a' });
    queue.runEnded();
    expect(queue.offer({ type: 'fresh' })).toBe(true);
    expect(sent).toHaveLength(1);
    queue.done();
    expect(sent[1]).toEqual({ type: 'fresh' });
  });

  it('tells those who asked when it is over: carried out, in the sum of turns, or dropped', () => {
    const { queue } = queued();
    const over: string[] = [];
    const offer = (command: ExploreCommand, name: string) =>
      queue.offer(command, () => over.push(name));
    offer(turn(1), 'at once');
    offer(turn(2), 'summed');
    offer(turn(3), 'last');
    expect(over).toEqual([]);
    queue.done();
    expect(over).toEqual(['at once']);
    queue.done();
    expect(over).toEqual(['at once', 'summed', 'last']);
    offer(turn(4), 'before');
    offer(turn(5), 'dropped');
    offer({ type: 'back' }, 'back');
    offer(turn(6), 'too late');
    expect(over.slice(3)).toEqual(['dropped', 'too late']);
    queue.close();
    expect(over.slice(5)).toEqual(['before', 'back']);
  });

  it('tells nobody of what is refused', () => {
    const { queue } = queued();
    queue.offer({ type: 'run', algorithm: 'a' });
    expect(queue.offer(turn(1), () => expect.unreachable())).toBe(false);
    queue.close();
  });

  it('lets the later turn say whether the knob moves on', () => {
    const { queue, sent } = queued();
    for (const isMoving of [true, false, true]) {
      queue.offer({ ...turn(1), ...(isMoving && { isMoving }) });
    }
    expect(queue.done()).toBeUndefined();
    queue.offer({ ...turn(2), isMoving: true });
    queue.offer({ type: 'turn', dwellTimeNs: 50 });
    queue.done();
    expect(sent.slice(1)).toEqual([
      { ...turn(1), isMoving: true },
      { ...turn(2), dwellTimeNs: 50 },
    ]);
    expect(queue.done()).toEqual(sent[2]);
  });
});
