import type { SizeClass } from './SizeClass.ts';

/** What one kind of tissue has and another lacks. */
export interface TissueRecipe {
  readonly name: string;
  /** What the section is packed with, from coarse to fine. */
  readonly sizes: readonly SizeClass[];
  /**
   * Contrast of fine structure, the same everywhere; or `uneven`: it varies over micrometres, about 1 in
   * most places, and so do staining and ground substance.
   */
  readonly contrast: number | 'uneven';
  /** Neurites of a place run along one direction, more in some places than in others. */
  readonly hasFibres: boolean;
  /** Lysosomes and the like, small and very dark. */
  readonly hasDenseBodies: boolean;
  readonly hasVessels: boolean;
}
