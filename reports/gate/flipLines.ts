import type { Flip, RunSummary } from '../../harness/gate/index.ts';
import { markdownCode, markdownText, printable } from '../words/index.ts';
import { flipCount, flipText } from './flipText.ts';
import { rerunCommand } from './rerunCommand.ts';

/** Flips and the run to repeat them from. */
export interface FlipsOfRun {
  readonly flips: readonly Flip[];
  readonly candidate: RunSummary;
}

/** Flips listed in full; the number of the others is told. */
const flipsShown = 20;

/** Flips with the command that runs each again. */
export function flipLines({ flips, candidate }: FlipsOfRun): string[] {
  const shown = flips.slice(0, flipsShown);
  return [
    `Flips: ${flipCount(flips)}`,
    ...shown.flatMap((flip) => [
      printable(`${flip.direction.padEnd(5)} ${flipText(flip)}`),
      printable(`      ${rerunCommand(candidate, flip)}`),
    ]),
    ...(flips.length > shown.length
      ? [`and ${flips.length - shown.length} more, all in --format json`]
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
