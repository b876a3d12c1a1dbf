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
const barWidth = 16;
/** Before that the time left is a guess. The first steps, which take longer, do not count. */
const leastShareForEta = 0.03;

/**
 * A bar with share, elapsed time and time left on stderr: redrawn on a terminal, a plain line
 * every 30 s elsewhere.
 *
 * @param unit - Name of the counted things, plural.
 * @param total - How much there is to do; advancing is in the same measure.
 */
export function progressBar(terminal: Terminal, unit: string, total: number): Progress {
  const startMs = performance.now();
  let done = 0;
  let first: { readonly atMs: number; readonly done: number } | undefined;
  let lastMs = startMs;
  let isDrawn = false;
  let note = '';

  function timeLeft(nowMs: number): string {
    if (first === undefined || done >= total || done < leastShareForEta * total) return '';
    const leftMs = ((nowMs - first.atMs) * (total - done)) / (done - first.done);
    return Number.isFinite(leftMs) ? `, ${time(leftMs / 1e3)} left` : '';
  }
  function line(nowMs: number): string {
    const share = total > 0 ? Math.min(done / total, 1) : 1;
    const percent = `${Math.floor(100 * share)}`.padStart(3);
    const filled = Math.round(share * barWidth);
    const bar = terminal.errIsTerminal
      ? `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} `
      : '';
    const text = `${bar}${percent} % of ${unit}, ${time((nowMs - startMs) / 1e3)}${timeLeft(nowMs)}${note === '' ? '' : `, ${note}`}`;
    // A line that wraps cannot be drawn over.
    const room = (terminal.errWidth || 80) - 1;
    return terminal.errIsTerminal && text.length > room ? `${text.slice(0, room - 1)}…` : text;
  }
  function clear(): void {
    if (isDrawn && terminal.errIsTerminal) terminal.err('\r\u001b[2K');
    isDrawn = false;
  }
  return {
    advance(amount, newNote) {
      done += amount;
      if (amount > 0) first ??= { atMs: performance.now(), done };
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
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole} s`;
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
