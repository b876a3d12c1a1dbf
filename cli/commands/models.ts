import type { Command } from 'commander';
import type { Model } from '../../models/index.ts';
import { models } from '../lab/index.ts';
import { printList } from '../terminal/printList.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `semfocus models`: the networks that come with semfocus, with their errors. */
export function addModelsCommand(command: Command, terminal: Terminal): void {
  command
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Errors are mean absolute errors of one patch on specimens not trained on:
working distance in um, then the two stigmators in units. A DeepScore network
has defocus in um, then the sum of both stigmators. run --model FILE and
estimate --model FILE run a network of your own.

Example:
  semfocus models --json`,
    )
    .action(({ json }: { json?: boolean }) => {
      if (json === true) {
        const cards = models.map(({ card, path, sha256 }) => ({ ...card, sha256, path }));
        terminal.out(`${JSON.stringify(cards, null, 2)}\n`);
        return;
      }
      printList(
        models.map((model) => ({ name: model.card.name, summary: summaryOf(model) })),
        false,
        terminal,
      );
    });
}

/** The hardest cases; all are in the JSON. */
const casesTold = ['near focus, 5 e/nm2', 'wide, 5 e/nm2'];

function summaryOf({ card }: Model): string {
  const { summary, patchSidePx, pixelSizeNm, training, heldOut } = card;
  const steps = training === undefined ? '' : `, ${training.steps} steps`;
  const errors = casesTold.flatMap((name) => {
    const values = heldOut?.onePatchMeanAbsoluteError[name];
    return values === undefined
      ? []
      : [`${name}: ${values.map((value) => value.toFixed(2)).join(', ')}`];
  });
  const told = [`${patchSidePx} px of ${pixelSizeNm} nm${steps}`, ...errors];
  return `${summary} (${told.join('; ')})`;
}
