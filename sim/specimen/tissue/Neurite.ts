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
  | 'degenerate'
  | 'soma'
  | 'vessel';

/** Small particles strewn through the cytoplasm. */
export interface Granules {
  /** `vesicle`: a ring with a clear core; `grain`: ribosome, microtubule or glycogen. */
  readonly shape: 'vesicle' | 'grain';
  /** Share of lattice places taken where a cluster is densest, 0..1. */
  readonly density: number;
  /** 0: strewn evenly, 1: in clusters only. */
  readonly clustering: number;
  readonly stain: number;
}

/** What fills a neurite. Stains are on the scale where plain resin is 0 and a membrane about 1. */
export interface Neurite {
  readonly kind: NeuriteKind;
  readonly cytoplasm: number;
  readonly isDark: boolean;
  /** Amplitude of the fine grain of the cytoplasm. */
  readonly grain: number;
  /** Stain that dense clumps add, 0 for none. */
  readonly clumping: number;
  /** Thickness of the myelin, in nm; 0 for none. */
  readonly sheath: number;
  /** Stain of the myelin. */
  readonly sheathStain: number;
  readonly granules: Granules | undefined;
  readonly hasReticulum: boolean;
  readonly organelles: readonly Organelle[];
}
