/** Shows on stderr how far a bench has come. */
export interface ProgressLine {
  advance(note: string): void;
  /** Takes the bar away, for something else to be written. */
  clear(): void;
}

const plainMs = 30_000;
const barWidth = 16;

/**
 * A bar with the time left where stderr is a terminal, a plain line every 30 s elsewhere.
 *
 * @param total - How many steps there are.
 */
export function progressLine(total: number): ProgressLine {
  const { stderr } = process;
  const startMs = performance.now();
  let lastMs = startMs;
  let done = 0;
  const clear = () => {
    if (stderr.isTTY) stderr.write('\r\u001b[2K');
  };
  return {
    advance(note) {
      done += 1;
      const nowMs = performance.now();
      if (!stderr.isTTY && nowMs - lastMs < plainMs) return;
      lastMs = nowMs;
      const share = Math.min(done / total, 1);
      const leftS = ((nowMs - startMs) * (1 - share)) / share / 1e3;
      const text = `${Math.floor(100 * share)} %, about ${time(leftS)} left: ${note}`;
      const filled = Math.round(share * barWidth);
      clear();
      if (!stderr.isTTY) stderr.write(`${text}\n`);
      else {
        const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${text}`;
        stderr.write(bar.slice(0, (stderr.columns || 80) - 1));
      }
    },
    clear,
  };
}

function time(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
