/**
 * What is used of opentype.js, which ships without types. Those of DefinitelyTyped would bring the
 * whole DOM along.
 */
declare module 'opentype.js' {
  export type PathCommand =
    | { readonly type: 'M' | 'L'; readonly x: number; readonly y: number }
    | {
        readonly type: 'Q';
        readonly x1: number;
        readonly y1: number;
        readonly x: number;
        readonly y: number;
      }
    | {
        readonly type: 'C';
        readonly x1: number;
        readonly y1: number;
        readonly x2: number;
        readonly y2: number;
        readonly x: number;
        readonly y: number;
      }
    | { readonly type: 'Z' };

  export interface Font {
    readonly unitsPerEm: number;
    readonly ascender: number;
    /** Negative. */
    readonly descender: number;
    /** `x` and `y` of the baseline, px, y down. */
    getPath(
      text: string,
      x: number,
      y: number,
      sizePx: number,
    ): { readonly commands: readonly PathCommand[] };
    getAdvanceWidth(text: string, sizePx: number): number;
  }

  const opentype: { parse(file: ArrayBuffer): Font };

  // biome-ignore lint/style/noDefaultExport: Node sees no other export of this package.
  export { opentype as default };
}
