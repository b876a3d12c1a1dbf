import { basename, dirname, resolve } from 'node:path';
import { parseConfig } from '../../harness/config/index.ts';
import { readIfPresent, writeAtomically } from '../../harness/files/index.ts';
import { type ModelCard, modelCardSchema, networkShape } from '../../models/index.ts';
import { cardPathOf, cardValue, readOrExplain, sha256Of } from './readModel.ts';
import { models } from './registry.ts';

/** What {@link updateCard} did. */
export interface UpdatedCard {
  readonly path: string;
  readonly card: ModelCard;
  readonly change: 'written' | 'updated' | 'none';
  /** Fields that the file tells and the card said otherwise. */
  readonly corrected: readonly string[];
  /** Fields that were taken off, because they were measured of another file. */
  readonly dropped: readonly string[];
  /** Fields that no file tells, and that were taken from a network of the project. */
  readonly assumed: readonly string[];
}

/** The network whose setting is assumed where a card is written anew. */
const assumedLike = 'deepfocus-384';

/** What the file does not tell and its user must know. */
const assumed = [
  'input.greyOffset',
  'input.greyScale',
  'pixelSizeNm',
  'perturbationUm',
  'convergenceMrad',
  'stigmatorMatrixUmPerUnit',
] as const;

/**
 * Writes the card of a network beside its file, or brings the one that is there up to date: hash,
 * shape and columns are those of the file. What a card says beyond its description (training, errors)
 * belongs to the file that it was measured of, and is taken off where the file is another one.
 *
 * @throws ModelError if the file is no network that a card could describe; ConfigError if the card that
 *   is there has a field that cannot be used, or the new one cannot be written.
 */
export async function updateCard(path: string): Promise<UpdatedCard> {
  const bytes = readOrExplain(path);
  const sha256 = sha256Of(bytes);
  const shape = await networkShape(path, bytes);
  const cardPath = cardPathOf(path);
  const stored = await readIfPresent(cardPath);
  if (stored === undefined) {
    const card = { ...newCard(path), sha256, ...shape, input: { ...grey(), ...shape.input } };
    await write(cardPath, card);
    const none = { corrected: [], dropped: [] };
    return { path: cardPath, card, change: 'written', ...none, assumed };
  }
  const said = cardValue(stored, cardPath) as Record<string, unknown>;
  const before = parseConfig(modelCardSchema, said, cardPath);
  const input = { ...before.input, ...shape.input };
  const corrected = [
    ...(before.sha256 === sha256 ? [] : ['sha256']),
    ...(isEqual(before.input, input) ? [] : ['input']),
    ...(isEqual(before.output, shape.output) ? [] : ['output']),
    ...(before.patchSidePx === shape.patchSidePx ? [] : ['patchSidePx']),
  ];
  const isAnother = before.sha256 !== undefined ? corrected.length > 0 : corrected.length > 1;
  const dropped = isAnother ? Object.keys(said).filter((field) => !describing.has(field)) : [];
  const kept = Object.fromEntries(Object.entries(said).filter(([name]) => !dropped.includes(name)));
  const card = { ...kept, ...description(before), sha256, ...shape, input };
  if (corrected.length > 0) await write(cardPath, card);
  const change = corrected.length > 0 ? 'updated' : 'none';
  return { path: cardPath, card, change, corrected, dropped, assumed: [] };
}

/** Fields that say what a network is, and nothing that was measured of it. */
const describing: ReadonlySet<string> = new Set([
  ...['schema', 'name', 'summary', 'sha256', 'input', 'output', 'patchSidePx'],
  ...['pixelSizeNm', 'perturbationUm', 'convergenceMrad', 'stigmatorMatrixUmPerUnit'],
]);

function description(card: ModelCard) {
  const { schema, name, summary, pixelSizeNm, perturbationUm } = card;
  const { convergenceMrad, stigmatorMatrixUmPerUnit } = card;
  return {
    ...{ schema, name, summary, pixelSizeNm, perturbationUm },
    ...{ convergenceMrad, stigmatorMatrixUmPerUnit },
  };
}

/** Named after the folder, which tells candidates apart whose files are all called alike. */
function newCard(path: string) {
  const folder = basename(dirname(resolve(path)));
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return {
    ...description(likeCard()),
    name: name === '' ? 'candidate' : name,
    summary: `network of ${basename(path)}`,
  };
}

function grey() {
  const { greyOffset, greyScale } = likeCard().input;
  return { greyOffset, greyScale };
}

function likeCard(): ModelCard {
  const model = models.find(({ card }) => card.name === assumedLike);
  if (model === undefined) throw new TypeError(`${assumedLike} does not come with the project`);
  return model.card;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

async function write(path: string, card: object): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(card, null, 2)}\n`);
}
