import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { baselines } from '../baselines/index.ts';
import { learnedAlgorithm, type Model, modelCardSchema, openOnnxModel } from '../models/index.ts';
import { presetCalibration, presetNamed } from '../sim/index.ts';
import { compare } from './compare.ts';
import { simulatedPair } from './simulatedPair.ts';

const names = [
  ...['deepfocus-128', 'deepfocus-256', 'deepfocus-384', 'deepfocus-512'],
  ...['deepfocus-score-384', 'deepfocus-pixel-384', 'deepfocus-spectral-384'],
];
const frame = { width: 768, height: 768, pixelSizeNm: 10, dwellTimeNs: 200 };
/** Pairs of patches per estimate. */
const patches = 5;
const executionProvider = 'cpu';

/**
 * What an estimate by a network costs: displacement, patches, inference, mean. Per pair of patches, as
 * the article has it, and the share of it that is not inference. Networks that are not there are left out.
 */
export async function benchModels(): Promise<void> {
  const pair = await simulatedPair('disc', frame);
  const calibration = { ...presetCalibration(presetNamed('merlin')), psf: 'disc' } as const;
  const spectral = baselines
    .find(({ name }) => name === 'spectral')
    ?.createEstimator?.(calibration);
  const models = names.flatMap(modelNamed);
  for (const threads of [1, 2]) {
    const contestants = await Promise.all(
      models.map(async (model) => {
        const { name, input, patchSidePx } = model.card;
        const parameters = { patches, threads, executionProvider };
        const estimator = learnedAlgorithm(model).createEstimator?.(calibration, parameters);
        const network = await openOnnxModel(model, { threads, executionProvider });
        const shown = new Float32Array(patches * input.framesPerPatch * patchSidePx ** 2).fill(0.1);
        return [
          { name, run: () => estimator?.estimate(pair) },
          { name: inferenceOf(name), run: () => network.run(shown) },
        ];
      }),
    );
    const medians = await compare(
      `one estimate from ${patches} pairs of patches, ${frame.width} px frames, threads: ${threads}`,
      { name: 'spectral, both frames whole', run: () => spectral?.estimate(pair) },
      contestants.flat(),
    );
    for (const { card } of models) {
      const all = medians.get(card.name) ?? Number.NaN;
      const inference = medians.get(inferenceOf(card.name)) ?? Number.NaN;
      process.stdout.write(
        `  ${card.name.padEnd(28)}${(all / patches).toFixed(2).padStart(8)} ms per pair of patches, ${(100 * (1 - inference / all)).toFixed(0).padStart(3)} % outside inference\n`,
      );
    }
  }
}

const inferenceOf = (name: string) => `${name}, inference alone`;

/** A network of `models/weights`, if it is there. */
function modelNamed(name: string): Model[] {
  const file = (of: string) =>
    fileURLToPath(new URL(`../models/weights/${name}/${of}`, import.meta.url));
  const path = file('model.onnx');
  if (!existsSync(path)) return [];
  const card = modelCardSchema.parse(JSON.parse(readFileSync(file('card.json'), 'utf8')));
  return [{ card, path, sha256: card.sha256 ?? '', read: () => readFileSync(path) }];
}
