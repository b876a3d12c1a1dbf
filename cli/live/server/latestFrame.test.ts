import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';

interface Told {
  readonly number: number;
}
interface Drawn extends Told {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}
type LatestFrame = (how: {
  readonly pixelsOf: (told: Told) => Promise<Drawn | undefined>;
  readonly draw: (frame: Drawn) => void;
  readonly label: (told: Told) => void;
}) => (told: Told) => void;

// A script of the pages, and no module of ours: it has no types.
const script = new URL('./page/latestFrame.js', import.meta.url).href;
const {
  latestFrame,
  fetchFrame,
}: {
  latestFrame: LatestFrame;
  fetchFrame: (url: string) => Promise<Drawn | undefined>;
} = await import(script);

/** Answers to fetches, each given when a test lets it. */
let answers: ((number: number | undefined) => void)[];
let isHidden: boolean;
let becameVisible: () => void;
beforeEach(() => {
  answers = [];
  isHidden = false;
  vi.stubGlobal('document', {
    get hidden() {
      return isHidden;
    },
    addEventListener: (_name: string, listener: () => void) => {
      becameVisible = listener;
    },
  });
  vi.stubGlobal(
    'fetch',
    () =>
      new Promise<Response>((resolve) => {
        answers.push((number) =>
          resolve(
            number === undefined
              ? new Response('gone', { status: 404 })
              : new Response(Uint8Array.of(number), { headers: { 'X-Frame': `${number} 1 1` } }),
          ),
        );
      }),
  );
});

afterAll(() => vi.unstubAllGlobals());

function page() {
  const log: string[] = [];
  const take = latestFrame({
    pixelsOf: ({ number }) => fetchFrame(`frame?number=${number}`),
    draw: ({ number }) => log.push(`draw ${number}`),
    label: ({ number }) => log.push(`label ${number}`),
  });
  return { log, take };
}

/** Answers the latest fetch, and waits until the page has dealt with it. */
async function answer(number: number | undefined): Promise<void> {
  answers.at(-1)?.(number);
  await new Promise((resolve) => setTimeout(resolve));
}

describe('latestFrame', () => {
  it('fetches one at a time, and passes over what was overtaken', async () => {
    const { log, take } = page();
    for (const number of [1, 2, 3]) take({ number });
    expect(answers).toHaveLength(1);
    await answer(1);
    await answer(3);
    expect([log, answers.length]).toEqual([['draw 1', 'label 1', 'draw 3', 'label 3'], 2]);
  });

  it('takes a newer one for an answer, and labels it when its event comes', async () => {
    const { log, take } = page();
    take({ number: 1 });
    await answer(2);
    take({ number: 2 });
    expect([log, answers.length]).toEqual([['draw 2', 'label 1', 'label 2'], 1]);
  });

  it('fetches nothing while nobody can see it', async () => {
    const { log, take } = page();
    isHidden = true;
    take({ number: 1 });
    expect(answers).toHaveLength(0);
    isHidden = false;
    becameVisible();
    await answer(1);
    expect(log).toEqual(['draw 1', 'label 1']);
  });

  it('goes on after a frame that is gone', async () => {
    const { log, take } = page();
    take({ number: 1 });
    await answer(undefined);
    take({ number: 2 });
    await answer(2);
    expect(log).toEqual(['draw 2', 'label 2']);
  });

  it('follows a server that counts anew', async () => {
    const { log, take } = page();
    take({ number: 9 });
    await answer(9);
    take({ number: 1 });
    await answer(1);
    expect(log).toEqual(['draw 9', 'label 9', 'draw 1', 'label 1']);
  });
});
