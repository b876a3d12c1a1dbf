import type { Command } from 'commander';
import type { Model } from '../../models/index.ts';
import { models, type UpdatedCard, updateCard } from '../lab/index.ts';
import { printList } from '../terminal/printList.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `semfocus models`: the networks that come with semfocus, with their errors; the card of one's own. */
export function addModelsCommand(command: Command, terminal: Terminal): void {
  addCardCommand(command.command('card'), terminal);
  command
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Errors are mean absolute errors of one patch on specimens not trained on:
working distance in um, then the two stigmators in units. A DeepScore network
has defocus in um, then the sum of both stigmators. run --model FILE and
estimate --model FILE run a network of your own.

semfocus models card FILE writes the card that such a network needs.

Examples:
  semfocus models --json
  semfocus models card candidate/model.onnx`,
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

function addCardCommand(command: Command, terminal: Terminal): void {
  command
    .description('write the card of a network of your own, or bring it up to date')
    .argument('<file>', 'ONNX file; its card is card.json beside it')
    .addHelpText(
      'after',
      `
Reads the SHA-256, the input and the output from the file. A card that is there
keeps its name and the setting of training. If the file is another network, the
errors and the training on the card are removed, because they are the old one's.
A new card is named after the folder and has the setting of the networks that
come with semfocus; the command prints what to check.

Example:
  semfocus models card candidate/model.onnx`,
    )
    .action(async (file: string) => terminal.out(cardText(await updateCard(file))));
}

function cardText({ path, card, change, corrected, dropped, assumed }: UpdatedCard): string {
  if (change === 'none') return `${path} fits its network ${card.name}; nothing was changed\n`;
  const lines = [
    change === 'written'
      ? `${path}: written for ${card.name}`
      : `${path}: updated for ${card.name}`,
    ...(corrected.length > 0 ? [`Corrected from the file: ${corrected.join(', ')}`] : []),
    ...(dropped.length > 0
      ? [`Removed, because they are of another file: ${dropped.join(', ')}`]
      : []),
    ...(card.heldOut === undefined
      ? [
          'It has no measured errors (heldOut): its estimates claim the scatter of their patches alone, which is too little',
        ]
      : []),
    ...(assumed.length > 0
      ? [`Assumed; correct them if it was trained otherwise: ${assumed.join(', ')}`]
      : []),
  ];
  return `${lines.join('\n')}\n`;
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
