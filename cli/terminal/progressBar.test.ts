import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Progress, progressBar } from './progressBar.ts';

let written: string;
beforeEach(() => {
  written = '';
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function bar(errIsTerminal: boolean, errWidth = 100): Progress {
  const err = (text: string) => {
    written += text;
  };
  const terminal = {
    out: err,
    err,
    width: undefined,
    outColour: false,
    errIsTerminal,
    errWidth,
    show: async () => {},
  };
  return progressBar(terminal, '9 trajectories', 100);
}

function advance(progress: Progress, seconds: number, amount: number, note?: string): string {
  vi.advanceTimersByTime(seconds * 1e3);
  written = '';
  progress.advance(amount, note);
  return written;
}

describe('progress on a terminal', () => {
  it('is drawn over, with the time left as the pace after the first step has it', () => {
    const progress = bar(true);
    expect(advance(progress, 1, 0)).toBe('');
    expect(advance(progress, 7, 1)).toBe('░░░░░░░░░░░░░░░░   1 % of 9 trajectories, 8 s');
    expect(advance(progress, 10, 24, 'mapfost 2')).toBe(
      '\r\u001b[2K████░░░░░░░░░░░░  25 % of 9 trajectories, 18 s, 31 s left, mapfost 2',
    );
    expect(advance(progress, 3600, 75)).toContain('100 % of 9 trajectories, 1 h 0 min, mapfost 2');
    written = '';
    progress.say('a word');
    progress.end();
    expect(written).toBe('\r\u001b[2Ka word\n');
  });

  it('never wraps', () => {
    const line = advance(bar(true, 40), 2, 50, 'sharpness-simplex 1, iteration 12');
    expect(line).toBe('████████░░░░░░░░  50 % of 9 trajectori…');
    expect(line).toHaveLength(39);
  });
});

describe('progress elsewhere', () => {
  it('is a plain line every 30 s', () => {
    const progress = bar(false);
    expect(advance(progress, 29, 10)).toBe('');
    expect(advance(progress, 1.6, 10)).toBe(' 20 % of 9 trajectories, 31 s, 13 s left\n');
    expect(advance(progress, 10, 10)).toBe('');
    expect(advance(progress, 29, 10)).toMatch(/^ 40 % of 9 trajectories, 1 min 10 s, .* left\n$/);
  });
});
