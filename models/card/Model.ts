import type { ModelCard } from './modelCardSchema.ts';

/** A trained network: what its card says of it, and where its bytes are. */
export interface Model {
  readonly card: ModelCard;
  /** What people know it by, for messages: the path of its ONNX file. */
  readonly path: string;
  /** Of the ONNX file; part of the key of every record. */
  readonly sha256: string;
  /**
   * The ONNX file.
   *
   * @throws ModelError if it is not the one with that SHA-256.
   */
  readonly read: () => Uint8Array;
}
