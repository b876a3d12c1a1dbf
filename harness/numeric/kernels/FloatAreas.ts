import { newKernels } from './kernels.ts';

/** What {@link FloatAreas.adamStep} needs beside the values. */
export interface AdamStep {
  readonly slopes: Float32Array;
  /** Running means of the slopes and of their squares; changed. */
  readonly means: Float32Array;
  readonly squares: Float32Array;
  /** Factor on the values before the step. */
  readonly kept: number;
  /** Learning rate, over the bias correction of the means. */
  readonly rate: number;
  /** Inverse of the bias correction of the squares. */
  readonly ofSquares: number;
}

/**
 * Areas of floats in one WebAssembly memory, and what is computed on them there, five times as fast as in
 * JavaScript. Every array handed to a method must be an area, or a part of one that begins at a multiple of four floats.
 * Matrices lie row by row; the numbers of their rows and columns are multiples of four.
 */
export class FloatAreas {
  readonly areas: readonly Float32Array[];
  readonly #kernels = newKernels();

  /** @param lengths - Of the areas, floats each; zero at first. */
  constructor(lengths: readonly number[]) {
    const addresses = this.#kernels.scratch(...lengths.map((length) => 4 * length));
    const { buffer } = this.#kernels.run.memory;
    this.areas = lengths.map((length, i) => new Float32Array(buffer, addresses[i]!, length));
  }

  /** Rows of `a` [rows, n] by rows of `b` [columns, n], into `out` [rows, columns]. */
  products(a: Float32Array, b: Float32Array, out: Float32Array, rows: number): void {
    const n = this.#columns(a, rows);
    const columns = b.length / n;
    assertShape('out', out.length, rows * columns);
    const { run } = this.#kernels;
    run.products(this.#address(a), this.#address(b), this.#address(out), rows, columns, n);
  }

  /** The sum over rows of `slopes` [rows, columns] by `inputs` [rows, n], into `out` [columns, n]. */
  outerProducts(slopes: Float32Array, inputs: Float32Array, out: Float32Array, rows: number): void {
    const n = this.#columns(inputs, rows);
    const columns = this.#columns(slopes, rows);
    assertShape('out', out.length, columns * n);
    this.#kernels.run.outerProducts(
      this.#address(slopes),
      this.#address(inputs),
      this.#address(out),
      ...([rows, columns, n] as const),
    );
  }

  /** One step of Adam with decoupled weight decay; betas 0.9 and 0.999, epsilon 1e-8, as in PyTorch. */
  adamStep(
    values: Float32Array,
    { slopes, means, squares, kept, rate, ofSquares }: AdamStep,
  ): void {
    const count = this.#columns(values, 1);
    for (const area of [slopes, means, squares]) assertShape('a part', area.length, count);
    this.#kernels.run.adamStep(
      this.#address(values),
      this.#address(slopes),
      this.#address(means),
      this.#address(squares),
      ...([count, kept, rate, ofSquares] as const),
    );
  }

  #address(area: Float32Array): number {
    if (area.buffer === this.#kernels.run.memory.buffer && area.byteOffset % 16 === 0) {
      return area.byteOffset;
    }
    throw new RangeError('an array must be an area, or begin at a multiple of four floats in one');
  }

  #columns(matrix: Float32Array, rows: number): number {
    const columns = matrix.length / rows;
    if (columns % 4 === 0 && (rows === 1 || rows % 4 === 0)) return columns;
    throw new RangeError(
      `rows and columns must be multiples of 4. Received ${matrix.length} floats in ${rows} rows`,
    );
  }
}

function assertShape(name: string, length: number, wanted: number): void {
  if (length === wanted) return;
  throw new RangeError(`${name} must hold ${wanted} floats. Received ${length}`);
}
