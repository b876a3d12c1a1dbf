import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { EventFeed } from './EventFeed.ts';

/** As much of a response as a feed uses; nothing leaves it until it is drained. */
class SlowPage extends EventEmitter {
  readonly sent: string[] = [];
  writableLength = 0;
  isEnded = false;
  writeHead(): this {
    return this;
  }
  write(text: string): boolean {
    this.sent.push(text);
    this.writableLength += text.length;
    return false;
  }
  end(): void {
    this.isEnded = true;
  }
  drain(): void {
    this.writableLength = 0;
    this.emit('drain');
  }
  get response(): ServerResponse {
    return this as unknown as ServerResponse;
  }
}

function feedOf(picture: () => unknown) {
  const feed = new EventFeed<{ picture: unknown; change: unknown }>(picture);
  const page = new SlowPage();
  feed.add(page.response);
  return { feed, page };
}

describe('EventFeed', () => {
  it('sends a new page the whole picture, then what changes', () => {
    let value = 1;
    const { feed, page } = feedOf(() => ({ value }));
    value = 2;
    feed.publish('change', { value });
    feed.close();
    expect(page.sent).toEqual([
      'event: picture\ndata: {"value":1}\n\n',
      'event: change\ndata: {"value":2}\n\n',
    ]);
    expect(page.isEnded).toBe(true);
  });

  it('keeps a bounded amount for a page that does not read, and sends the picture when it does', () => {
    const { feed, page } = feedOf(() => 'all');
    const big = 'x'.repeat(1024 * 1024);
    for (let i = 0; i < 50; i++) feed.publish('change', big);
    expect(page.writableLength).toBeLessThan(6 * 1024 * 1024);
    const before = page.sent.length;
    page.drain();
    expect(page.sent.slice(before)).toEqual(['event: picture\ndata: "all"\n\n']);
    page.drain();
    expect(page.sent).toHaveLength(before + 1);
    feed.close();
  });

  it('forgets a page that was closed', () => {
    const { feed, page } = feedOf(() => 0);
    page.emit('close');
    feed.publish('change', 1);
    expect([feed.pages, page.sent.length]).toEqual([0, 1]);
    feed.close();
  });

  it('closes the oldest pages of a crowd, and never turns a new one away', () => {
    const { feed, page } = feedOf(() => 0);
    const crowd = Array.from({ length: 40 }, () => new SlowPage());
    for (const one of crowd) feed.add(one.response);
    expect(feed.pages).toBe(32);
    expect([page, ...crowd].map(({ isEnded }) => isEnded)).toEqual([
      ...Array(9).fill(true),
      ...Array(32).fill(false),
    ]);
    expect(crowd.at(-1)?.sent).toHaveLength(1);
    feed.close();
  });
});
