import { kernels } from './kernels.ts';

/** What stays the same from place to place. */
export interface CapsuleBordersOptions {
  /** How many selections of capsules there are room for, the first one included. */
  readonly sets: number;
  /** Fields kept at every node: u, v, du/dx, du/dy, dv/dx, dv/dy, and what else is to be interpolated. */
  readonly fields: number;
  /** The nodes are a square of this side. */
  readonly nodesPerSide: number;
  /** Distance beyond which a border does not count. */
  readonly reach: number;
  /** Least rate at which the difference of two distances is taken to change. */
  readonly leastRate: number;
  /** Squared length that is added to that of every way from an axis. */
  readonly axisSquare: number;
}

/** Two rows of places between four nodes; lengths in spacings of the nodes. */
export interface RowPair {
  /** Index of the upper left node. */
  readonly corner: number;
  /** Of the first place, and the y of both rows. */
  readonly x: number;
  readonly above: number;
  readonly below: number;
  readonly step: number;
  readonly columns: number;
}

/** Doubles that make a capsule. */
export const capsuleFields = 8;

/** What {@link CapsuleBorders.locate} finds; its numbers follow those of the fields. */
export const located = { owner: 0, neighbour: 1, preference: 2, border: 3, depth: 4 } as const;
const locatedFields = 5;

/**
 * Which of many capsules is nearest, and how far it is to the border with the next one, for places of a bent plane: an
 * Apollonius diagram, in a WebAssembly kernel that takes two places at a time. Same bits on every machine.
 *
 * The capsules lie in a plane (u, v) of which nodes of a lattice over (x, y) know their place. A capsule's
 * distance from a point is the way to its surface, negative inside, times its stiffness.
 */
export class CapsuleBorders {
  readonly #options: CapsuleBordersOptions;
  readonly #run = kernels().run;
  readonly #counts: Uint32Array;
  #longestRow = 0;
  #capacity = 0;
  #nodes = 0;
  #sets = 0;
  #distances = 0;
  #notes = 0;
  #pairs = 0;
  #doubles = new Float64Array(0);

  constructor(options: CapsuleBordersOptions) {
    this.#options = options;
    this.#counts = new Uint32Array(options.sets);
  }

  /**
   * Takes over the fields at the nodes, and the capsules, which become set 0. All this lies in the scratch space of the kernels
   * of this thread: it holds until another of them is used.
   *
   * @param nodes - Field by field, each row by row.
   * @param capsules - x, y, unit vector along the axis, half of its length, radius, stiffness, and one number that
   *   {@link carried} gives back, of each.
   * @param longestRow - Places in a row at most.
   */
  load(nodes: Float64Array, capsules: Float64Array, count: number, longestRow: number): void {
    const { sets, fields, nodesPerSide } = this.#options;
    this.#capacity = count;
    this.#longestRow = longestRow;
    [this.#nodes, this.#sets, this.#distances, this.#notes, this.#pairs] = kernels().scratch(
      8 * fields * nodesPerSide ** 2,
      8 * capsuleFields * count * sets,
      8 * count,
      // A note of eight numbers each, and a place in the list of borders.
      72 * count,
      16 * longestRow * (fields + locatedFields),
    );
    this.#doubles = new Float64Array(this.#run.memory.buffer);
    this.#doubles.set(nodes, this.#nodes / 8);
    this.#doubles.set(capsules.subarray(0, capsuleFields * count), this.#sets / 8);
    this.#counts[0] = count;
  }

  /**
   * Makes set `to` of those capsules of set `from` that can be nearest to a point within `radius` of (u, v), or so near to being
   * it that their border is within reach. The nearest to (u, v) comes first.
   *
   * @param stretch - Largest rate at which lengths in (u, v) grow with those in (x, y).
   */
  narrow(from: number, to: number, u: number, v: number, radius: number, stretch: number): void {
    const { reach, axisSquare } = this.#options;
    const count = this.#counts[from]!;
    this.#counts[to] = this.#run.narrowCapsules(
      this.#addressOf(from),
      count,
      this.#addressOf(to),
      this.#distances,
      u,
      v,
      radius,
      reach,
      stretch,
      axisSquare,
    );
  }

  /** Capsules of a set. */
  countOf(set: number): number {
    return this.#counts[set]!;
  }

  /** The last number of a capsule. */
  carried(set: number, index: number): number {
    return this.#doubles[this.#addressOf(set) / 8 + (index + 1) * capsuleFields - 1]!;
  }

  /**
   * Finds nearest capsules and borders, in {@link pairs}. The owner is the nearest, the neighbour the one with the nearest
   * border, by their index in the set; the same if there is no border within reach. The preference is how clearly
   * that border is nearer than the next: 0 where two are equally near, up to 1. The border is its distance, 1e4 if none is within
   * reach; the depth is that below the owner's surface, whoever its neighbours are.
   */
  locate(set: number, stretch: number, { corner, x, above, below, step, columns }: RowPair): void {
    const run = this.#run;
    const { fields, nodesPerSide, reach, leastRate, axisSquare } = this.#options;
    const fieldBytes = 16 * this.#longestRow;
    const out = this.#pairs + fields * fieldBytes;
    run.interpolateRows(
      this.#nodes + 8 * corner,
      nodesPerSide ** 2,
      nodesPerSide,
      fields,
      x,
      above,
      below,
      step,
      columns,
      this.#pairs,
      fieldBytes,
    );
    run.locateRows(
      this.#addressOf(set),
      this.#counts[set]!,
      this.#notes,
      this.#pairs,
      fieldBytes,
      columns,
      out,
      reach,
      reach * (stretch + leastRate),
      leastRate,
      axisSquare,
    );
  }

  /**
   * The fields interpolated and then what was {@link located}, a block of {@link pairStride} numbers of each: those of
   * column c in the two rows stand at 2 c and 2 c + 1.
   */
  get pairs(): Float64Array {
    const { fields } = this.#options;
    return this.#doubles.subarray(
      this.#pairs / 8,
      this.#pairs / 8 + this.pairStride * (fields + locatedFields),
    );
  }

  get pairStride(): number {
    return 2 * this.#longestRow;
  }

  #addressOf(set: number): number {
    return this.#sets + 8 * capsuleFields * this.#capacity * set;
  }
}
