import type { Flip, RunSummary } from '../../harness/gate/index.ts';
import { markdownCode, markdownText, printable, wrapText } from '../words/index.ts';
import { flipCount, flipText } from './flipText.ts';
import { rerunCommand } from './rerunCommand.ts';

/** Flips and the run to repeat them from. */
export interface FlipsOfRun {
  readonly flips: readonly Flip[];
  readonly candidate: RunSummary;
}

/** Flips listed in full; the number of the others is told. */
const flipsShown = 20;
/** On a terminal, where the worst is what a reader begins with. */
const flipsFirst = 3;

/**
 * Flips with the command that runs each again, on one line to be copied.
 *
 * @param how - Whether all are wanted; columns.
 */
export function flipLines(
  { flips, candidate }: FlipsOfRun,
  { all, width }: { readonly all: boolean; readonly width: number },
): string[] {
  const shown = all ? flips : flips.slice(0, flipsFirst);
  return [
    `Flips: ${flipCount(flips)}`,
    ...shown.flatMap((flip) => [
      ...wrapText(printable(`${flip.direction.padEnd(5)} ${flipText(flip)}`), width, 6),
      printable(`      ${rerunCommand(candidate, flip)}`),
    ]),
    ...(flips.length > shown.length
      ? [`and ${flips.length - shown.length} more: --all shows them`]
      : []),
  ];
}

/** Flips folded away, each with the command that runs it again. */
export function flipMarkdown({ flips, candidate }: FlipsOfRun): string[] {
  if (flips.length === 0) return [];
  const shown = flips.slice(0, flipsShown);
  return [
    '',
    `<details><summary>Flips: ${flipCount(flips)}</summary>`,
    '',
    ...shown.map(
      (flip) =>
        `- ${flip.direction}: ${markdownText(flipText(flip))}: ${markdownCode(rerunCommand(candidate, flip))}`,
    ),
    ...(flips.length > shown.length
      ? [`- and ${flips.length - shown.length} more, all in the JSON report`]
      : []),
    '',
    '</details>',
  ];
}
