import { z } from 'zod';
import { descriptionSchema, refusalSchema } from '../../microscope/index.ts';

/** Raised when a program that followed the last one would no longer do. */
export const microscopeProtocol = 1;

const positive = z.number().positive();
const text = z.string().min(1).max(1000);

const focus = z.strictObject({
  workingDistanceUm: z.number(),
  stigmatorX: z.number(),
  stigmatorY: z.number(),
});
const stage = z.strictObject({ xUm: z.number(), yUm: z.number() });

/** What a program that is a microscope answers, by the word in `do`. */
export const answerSchemas = {
  hello: z.strictObject({
    protocol: z.literal(microscopeProtocol),
    kind: z.literal('microscope'),
    description: descriptionSchema,
    /** Of a frame, where no others are asked for. */
    pixelSizeNm: positive,
    dwellTimeNs: positive,
  }),
  readFocus: z.strictObject({ focus }),
  writeFocus: z.strictObject({ focus }),
  acquire: z.strictObject({
    /** Path of an image in the folder of the request. */
    frame: text,
    /** The rest as read back. */
    focus,
    pixelSizeNm: positive,
    dwellTimeNs: positive,
    stage: stage.exactOptional(),
    passes: z.number().int().min(1).exactOptional(),
    doseElectronsPerNm2: z.number().min(0).exactOptional(),
    frameTimeS: z.number().min(0).exactOptional(),
  }),
  readStage: z.strictObject({ stage }),
  moveStage: z.strictObject({ stage }),
  blankBeam: z.strictObject({ ok: z.literal(true) }),
} as const;

/** The answer to a question. */
export type Answer<Name extends keyof typeof answerSchemas> = z.infer<(typeof answerSchemas)[Name]>;

/** What it may say in place of any answer: a refusal by its tag, or a failure in words. */
export const errorSchema = z.strictObject({
  error: z.union([text, refusalSchema]),
  hint: text.exactOptional(),
});
