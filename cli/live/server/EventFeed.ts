import type { ServerResponse } from 'node:http';
import { beginEventStream } from './send.ts';

/** What a page that does not read may keep waiting in memory, bytes. */
const mostWaiting = 4 * 1024 * 1024;
/** Beyond them the one that came first is closed, so that a new page is always served. */
const mostPages = 32;
const beatMs = 15_000;

interface Page {
  readonly response: ServerResponse;
  /** True while it has missed something: it gets the whole picture when it reads again. */
  isBehind: boolean;
}

/** What events of a feed carry, by name; `picture` is all there is to know. */
interface FeedEvents {
  readonly picture: unknown;
}

/**
 * Sends events to any number of open pages (Server-Sent Events), and never waits for one.
 *
 * A page that opens is sent the whole picture, then what changes. One that stops reading (a tab that
 * sleeps, a browser in a debugger) misses events instead of keeping anybody, and is sent the whole
 * picture again once it reads.
 */
export class EventFeed<Events extends FeedEvents> {
  readonly #picture: () => Events['picture'];
  readonly #pages = new Set<Page>();
  readonly #beat: NodeJS.Timeout;

  /** @param picture - All there is to know now, for the event `picture`. */
  constructor(picture: () => Events['picture']) {
    this.#picture = picture;
    // A comment now and then, so that a page that is gone is noticed.
    this.#beat = setInterval(() => {
      for (const page of this.#pages) this.#write(page, ':\n\n');
    }, beatMs);
    this.#beat.unref();
  }

  get pages(): number {
    return this.#pages.size;
  }

  /** The answer to `GET /events`. */
  add(response: ServerResponse): void {
    const [oldest] = this.#pages;
    if (oldest !== undefined && this.#pages.size >= mostPages) {
      this.#pages.delete(oldest);
      oldest.response.end();
    }
    const page: Page = { response, isBehind: false };
    beginEventStream(response);
    response.on('close', () => this.#pages.delete(page));
    response.on('error', () => this.#pages.delete(page));
    response.on('drain', () => {
      if (!page.isBehind) return;
      page.isBehind = false;
      this.#write(page, textOf('picture', this.#picture()));
    });
    this.#pages.add(page);
    this.#write(page, textOf('picture', this.#picture()));
  }

  publish<Name extends keyof Events & string>(event: Name, data: Events[Name]): void {
    if (this.#pages.size === 0) return;
    const text = textOf(event, data);
    for (const page of this.#pages) this.#write(page, text);
  }

  /** Ends every stream, after what was published. */
  close(): void {
    clearInterval(this.#beat);
    for (const { response } of this.#pages) response.end();
    this.#pages.clear();
  }

  #write(page: Page, text: string): void {
    if (page.response.writableLength > mostWaiting) page.isBehind = true;
    if (!page.isBehind) page.response.write(text);
  }
}

function textOf(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
