import type { Organelle } from './Organelle.ts';

/** What a profile in the section is, as far as it shows. */
export type NeuriteKind =
  | 'axon'
  | 'bouton'
  | 'spine'
  | 'dendrite'
  | 'glia'
  | 'myelinated'
  | 'dark'
  | 'soma';

/** Small particles strewn through the cytoplasm. */
export interface Granules {
  /** `ring` is a vesicle with a clear core, `dot` a ribosome, microtubule or glycogen grain. */
  readonly shape: 'ring' | 'dot';
  readonly radiusNm: number;
  /** Share of lattice places taken where a cluster is densest, 0..1. */
  readonly density: number;
  /** 0: strewn evenly, 1: in clusters only. */
  readonly clustering: number;
  readonly stain: number;
}

/**
 * One profile of the packing: a capsule in unfolded coordinates. Profiles share the space between
 * them by distance to their surfaces, so large ones stay round and small ones fill the gaps.
 * Lengths in nm; positions relative to the block's origin; stains on the scale where plain resin is 0 and a
 * membrane 1.
 */
export interface Neurite {
  readonly kind: NeuriteKind;
  readonly x: number;
  readonly y: number;
  /** Unit vector along the axis. */
  readonly axisX: number;
  readonly axisY: number;
  readonly halfLength: number;
  readonly radius: number;
  /** 32 bits of its own; pairs of neighbours derive what they share from both. */
  readonly bits: number;
  readonly cytoplasm: number;
  /** Amplitude of the fine grain of the cytoplasm. */
  readonly grain: number;
  /** Thickness of the myelin sheath, 0 for none. */
  readonly sheath: number;
  readonly granules: Granules | undefined;
  readonly hasReticulum: boolean;
  readonly organelles: readonly Organelle[];
}
