import type { Neurite, NeuriteKind } from './Neurite.ts';

/** One profile of the packing: a capsule in the unfolded plane. Lengths and absolute positions in nm. */
export interface NeuriteSeed {
  readonly kind: NeuriteKind;
  readonly x: number;
  readonly y: number;
  /** Unit vector along the axis. */
  readonly axisX: number;
  readonly axisY: number;
  readonly halfLength: number;
  readonly radius: number;
  /**
   * How fast the distance to its surface counts. Stiff ones keep their own shape, and the others
   * fit around them.
   */
  readonly stiffness: number;
  /** 32 bits of its own; pairs of neighbours derive what they share from both. */
  readonly bits: number;
  /** What fills it, once a tile has needed it. */
  neurite: Neurite | undefined;
}
