import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `golden.json`, which lies beside `model.onnx`: what the network answered when it was written. */
export const goldenSetSchema = z.strictObject({
  schema: z.literal(1),
  /** Of the network's file. */
  modelSha256: sha256,
  /** Of the inputs, which are made anew each time. */
  inputSha256: sha256,
  /** As on the card. */
  columns: z.array(z.string()).min(1),
  /** One row per patch. */
  outputs: z.array(z.array(z.number())).min(1),
  /** Per column: the most by which outputs differed between the numbers of threads in `madeWith`. */
  spread: z.array(z.number().min(0)),
  /** Per column: differences up to this are no change. The spread, and headroom: `makeGoldenSet`. */
  tolerance: z.array(z.number().positive()),
  madeWith: z.strictObject({
    onnxruntime: z.string(),
    cpuArchitecture: z.string(),
    executionProvider: z.string(),
    threads: z.array(z.number().int().positive()).min(2),
  }),
});
export type GoldenSet = z.infer<typeof goldenSetSchema>;

/** Its name beside `model.onnx`. */
export const goldenFile = 'golden.json';
