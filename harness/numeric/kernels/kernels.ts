import { readFileSync } from 'node:fs';

/** What `assembly/index.ts` exports; addresses and lengths are bytes unless said otherwise there. */
interface KernelExports {
  readonly memory: WebAssembly.Memory;
  firstFreeByte(): number;
  forwardRows(
    plan: number,
    rows: number,
    block: number,
    width: number,
    columnCount: number,
    work: number,
  ): void;
  forwardColumns(
    plan: number,
    cells: number,
    blockBytes: number,
    columns: number,
    height: number,
    work: number,
  ): void;
  inverseColumns(
    plan: number,
    columns: number,
    cells: number,
    blockBytes: number,
    height: number,
    work: number,
  ): void;
  clearColumns(cells: number, blockBytes: number, height: number): void;
  multiplyPairs(pairs: number, factors: number, count: number): void;
  inverseRows(
    plan: number,
    block: number,
    rows: number,
    width: number,
    scale: number,
    work: number,
  ): void;
  /** 1 if all are, else 0. */
  areMeans(values: number, count: number): number;
  replaceByCounts(values: number, count: number, state: number): void;
  products(a: number, b: number, out: number, rows: number, columns: number, n: number): void;
  outerProducts(
    slopes: number,
    inputs: number,
    out: number,
    rows: number,
    columns: number,
    n: number,
  ): void;
  adamStep(
    values: number,
    slopes: number,
    means: number,
    squares: number,
    count: number,
    kept: number,
    rate: number,
    ofSquares: number,
  ): void;
  scale(values: number, count: number, factor: number): void;
  greyRow(
    means: number,
    counts: number,
    added: number,
    out: number,
    width: number,
    bytes: number,
    whiten: number,
    colour: number,
    gain: number,
    offset: number,
    u: number,
    uStep: number,
    linear: number,
    quadratic: number,
    scale: number,
    white: number,
  ): void;
  resampleRow(
    kernel: number,
    row: number,
    rowBytes: number,
    dx: number,
    dy: number,
    width: number,
    margin: number,
    phases: number,
    line: number,
    out: number,
  ): void;
  narrowCapsules(
    from: number,
    count: number,
    to: number,
    distances: number,
    u: number,
    v: number,
    radius: number,
    reach: number,
    stretch: number,
    axisSquare: number,
  ): number;
  interpolateRows(
    corner: number,
    fieldNodes: number,
    rowNodes: number,
    fields: number,
    x: number,
    above: number,
    below: number,
    step: number,
    columns: number,
    out: number,
    fieldBytes: number,
  ): void;
  locateRows(
    capsules: number,
    count: number,
    notes: number,
    fields: number,
    fieldBytes: number,
    columns: number,
    out: number,
    reach: number,
    farthest: number,
    leastRate: number,
    axisSquare: number,
  ): void;
}

const pageBytes = 65536;
/** Vectors and cache lines start at multiples of this. */
const alignBytes = 64;

/**
 * The compiled kernels with their linear memory. From the bottom: tables that stay, then scratch
 * space that every call may overwrite. Nothing is kept in the scratch space between calls, so that
 * one memory serves all transforms of a thread and is as large as the largest of them needs.
 */
class Kernels {
  readonly run: KernelExports;
  #tablesEnd: number;
  #floats: Float32Array;

  constructor(run: KernelExports) {
    this.run = run;
    this.#tablesEnd = aligned(run.firstFreeByte());
    this.#floats = new Float32Array(run.memory.buffer);
  }

  /** Stores a table for good. @returns its address. */
  addTable(bytes: Uint8Array): number {
    const address = this.#tablesEnd;
    this.#tablesEnd = aligned(address + bytes.length);
    this.#reserve(this.#tablesEnd);
    new Uint8Array(this.run.memory.buffer).set(bytes, address);
    return address;
  }

  /**
   * Makes room for `byteLengths.length` areas of scratch space. Until the next call of this or of
   * {@link addTable}, the addresses hold and {@link floats} does not change.
   */
  scratch<const Lengths extends readonly number[]>(
    ...byteLengths: Lengths
  ): { [Index in keyof Lengths]: number } {
    let end = this.#tablesEnd;
    const addresses = byteLengths.map((length) => {
      const address = end;
      end = aligned(end + length);
      return address;
    });
    this.#reserve(end);
    return addresses as { [Index in keyof Lengths]: number };
  }

  /** All of the memory as floats; the index is a quarter of the address. */
  get floats(): Float32Array {
    return this.#floats;
  }

  #reserve(byteLength: number): void {
    const missing = byteLength - this.run.memory.buffer.byteLength;
    if (missing <= 0) return;
    this.run.memory.grow(Math.ceil(missing / pageBytes));
    this.#floats = new Float32Array(this.run.memory.buffer);
  }
}

function aligned(address: number): number {
  return Math.ceil(address / alignBytes) * alignBytes;
}

let module: WebAssembly.Module | undefined;

/** Another instance of the kernels, with a memory of its own. */
export function newKernels(): Kernels {
  module ??= new WebAssembly.Module(readFileSync(new URL('./kernels.wasm', import.meta.url)));
  return new Kernels(new WebAssembly.Instance(module).exports as unknown as KernelExports);
}

let instance: Kernels | undefined;

/**
 * The kernels of this thread. Compiled and started with the first call (a few ms); state of the
 * module, but none that a result could depend on.
 */
export function kernels(): Kernels {
  instance ??= newKernels();
  return instance;
}
