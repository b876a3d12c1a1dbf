import { type LinearLayer, PairHead } from '../models/index.ts';
import { compare } from './compare.ts';

/** Pairs of patches in a step, as `semfocus recalibrate` takes them. */
const pairs = 32;

/** A step in the training of a head: forward, backward, Adam. */
export async function benchTraining(): Promise<void> {
  // Of deepfocus-384.
  const inputs = 3500;
  const head = [layer(inputs, 250), layer(250, 50), layer(50, 3)];
  const features = Array.from({ length: pairs }, (_, pair) =>
    Float32Array.from({ length: inputs }, (_, i) => Math.max(0, Math.sin(i * 1.7 + pair))),
  );
  const trained = new PairHead(head, pairs);
  const loss = (answers: Float32Array) => ({
    loss: answers.reduce((sum, answer) => sum + Math.abs(answer - 1), 0),
    slopes: answers.map((answer) => Math.sign(answer - 1)),
  });
  await compare(
    `Training step of a head of ${inputs} features, ${pairs} pairs`,
    {
      name: 'its first layer alone, forward in both orders, plain loops',
      run: () => plainFirstLayer(head[0]!, features),
    },
    [
      {
        name: 'PairHead, the whole step',
        run: () => trained.step(features, loss, { learningRate: 1e-6, weightDecay: 0 }),
      },
    ],
  );
}

function layer(inputs: number, outputs: number): LinearLayer {
  const weights = Float32Array.from({ length: inputs * outputs }, (_, i) => Math.sin(i) / 50);
  return { inputs, outputs, weights, biases: new Float32Array(outputs) };
}

function plainFirstLayer(
  { inputs, outputs, weights }: LinearLayer,
  features: readonly Float32Array[],
): Float32Array {
  const out = new Float32Array(2 * features.length * outputs);
  const half = inputs / 2;
  let at = 0;
  for (const first of [0, half]) {
    for (const values of features) {
      for (let output = 0; output < outputs; output++) {
        let sum = 0;
        for (let i = 0; i < inputs; i++) {
          sum += weights[output * inputs + i]! * values[(i + first) % inputs]!;
        }
        out[at++] = sum;
      }
    }
  }
  return out;
}
