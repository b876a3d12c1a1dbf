import type { NeuriteKind } from './Neurite.ts';

/** Neurites of about one size: one per cell of a jittered lattice, or none. Lengths in nm. */
export interface SizeClass {
  readonly spacing: number;
  /** Share of lattice cells that hold one, and its change with the coarseness of the zone. */
  readonly share: number;
  readonly shareByZone: number;
  readonly smallestRadius: number;
  readonly largestRadius: number;
  readonly longestHalf: number;
  readonly longShare: number;
  /** Shares of the kinds; they add up to 1. */
  readonly kinds: Partial<Readonly<Record<NeuriteKind, number>>>;
}
