import type { Terminal } from './terminal.ts';

/** Shows how far a command has come. */
export interface Progress {
  /** More of the work is done. */
  advance(amount: number, note?: string): void;
  /** Writes a line without disturbing the bar. */
  say(line: string): void;
  end(): void;
}

const redrawMs = 100;
const plainMs = 30_000;
/** What ends sooner than this needs no bar. */
const silentMs = 1_500;
const barWidth = 24;

/**
 * A bar with share, elapsed time and time left on stderr: redrawn on a terminal, a plain line
 * every 30 s elsewhere.
 *
 * @param unit - What is counted, plural.
 * @param total - How much there is to do; advancing is in the same measure.
 */
export function progressBar(terminal: Terminal, unit: string, total: number): Progress {
  const startMs = performance.now();
  let done = 0;
  let lastMs = startMs;
  let isDrawn = false;
  let note = '';

  function line(nowMs: number): string {
    const share = total > 0 ? Math.min(done / total, 1) : 1;
    const elapsedS = (nowMs - startMs) / 1e3;
    const left = share > 0 && share < 1 ? `, ${time((elapsedS * (1 - share)) / share)} left` : '';
    const percent = `${Math.floor(100 * share)}`.padStart(3);
    const filled = Math.round(share * barWidth);
    const bar = terminal.errIsTerminal
      ? `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} `
      : '';
    return `${bar}${percent}% of ${unit}, ${time(elapsedS)}${left}${note === '' ? '' : `, ${note}`}`;
  }
  function clear(): void {
    if (isDrawn && terminal.errIsTerminal) terminal.err('\r\u001b[2K');
    isDrawn = false;
  }
  return {
    advance(amount, newNote) {
      done += amount;
      if (newNote !== undefined) note = newNote;
      const nowMs = performance.now();
      if (nowMs - startMs < silentMs) return;
      if (nowMs - lastMs < (terminal.errIsTerminal ? redrawMs : plainMs)) return;
      lastMs = nowMs;
      clear();
      terminal.err(terminal.errIsTerminal ? line(nowMs) : `${line(nowMs)}\n`);
      isDrawn = true;
    },
    say(text) {
      clear();
      terminal.err(`${text}\n`);
    },
    end: clear,
  };
}

function time(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
