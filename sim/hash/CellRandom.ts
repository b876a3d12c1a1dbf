import { cellHash } from './cellHash.ts';

/**
 * A short sequence of random numbers that belongs to one lattice cell (Mulberry32 started from
 * the cell's hash). One instance is restarted for cell after cell, so that loops allocate nothing.
 */
export class CellRandom {
  #state = 0;

  /** Starts the sequence of a cell anew. */
  restart(salt: number, column: number, row: number): this {
    this.#state = cellHash(salt, column, row);
    return this;
  }

  /** Starts the sequence that belongs to 32 given bits. */
  restartFromBits(bits: number): this {
    this.#state = bits | 0;
    return this;
  }

  /** Uniform in [0, 1) with 32 random bits. */
  uniform(): number {
    return this.bits() / 4294967296;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** 32 random bits, unsigned. */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  }
}
