import { createHash } from 'node:crypto';
import { type Model, type ModelCard, type OutputKind, outputColumns } from '../card/index.ts';
import { type LinearNetwork, linearNetworkBytes } from './linearNetworkBytes.ts';

/** What is special about a network of a test. */
export interface LinearModelOptions {
  readonly kind: OutputKind;
  /** As in `LinearNetwork`; the means are those of (grey - 128) / 128. */
  readonly columns: LinearNetwork['columns'];
  /** In place of what fits the file. */
  readonly card?: Partial<ModelCard>;
  readonly patchSidePx?: number;
  /** Number of patches that the file is bound to. */
  readonly patches?: number;
  /** Another file in which its weights are said to lie. */
  readonly weightsFile?: string;
}

/** A network that is linear in the means of its frames, with a card that fits it; nothing on disk. */
export function linearModel(options: LinearModelOptions): Model {
  const { kind, columns, patchSidePx = 16, patches, weightsFile } = options;
  const framesPerPatch = kind === 'frameScores' ? 1 : 2;
  const bytes = linearNetworkBytes({
    ...{ inputName: 'pair', outputName: 'estimate', framesPerPatch, patchSidePx, columns },
    ...(patches !== undefined && { patches }),
    ...(weightsFile !== undefined && { weightsFile }),
  });
  const card: ModelCard = {
    schema: 1,
    name: `linear-${patchSidePx}`,
    summary: 'linear in the means of its frames',
    input: { name: 'pair', framesPerPatch, greyOffset: 128, greyScale: 128 },
    output: { name: 'estimate', columns: [...outputColumns[kind]] },
    patchSidePx,
    pixelSizeNm: 10,
    perturbationUm: 5,
    convergenceMrad: 8,
    stigmatorMatrixUmPerUnit: [
      [0, 4],
      [4, 0],
    ],
    ...options.card,
  };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { card, path: `${card.name}.onnx`, sha256, read: () => bytes };
}
