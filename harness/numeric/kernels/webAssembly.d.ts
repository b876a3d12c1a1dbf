/** The used part of the global WebAssembly; TypeScript describes it only with the browser's types. */
declare namespace WebAssembly {
  const Module: new (binary: Uint8Array) => object;

  const Instance: new (module: object) => { readonly exports: object };

  interface Memory {
    readonly buffer: ArrayBuffer;
    /** Pages of 64 KiB; replaces {@link buffer}. */
    grow(pages: number): number;
  }
}
