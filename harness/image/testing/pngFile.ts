import { crc32, deflateSync } from 'node:zlib';

/** A chunk by hand; with `isDamaged` its check sum is wrong. */
export interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
  readonly isDamaged?: boolean;
}

/** A PNG file of chunks as they are given. */
export function pngFile(chunks: readonly PngChunk[]): Uint8Array {
  const parts = chunks.map(({ type, data, isDamaged = false }) => {
    const chunk = Buffer.alloc(12 + data.length);
    chunk.writeUInt32BE(data.length, 0);
    chunk.write(type, 4, 'latin1');
    chunk.set(data, 8);
    const sum = crc32(chunk.subarray(4, 8 + data.length));
    chunk.writeUInt32BE(isDamaged ? 0xffff_ffff - sum : sum, 8 + data.length);
    return chunk;
  });
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

/** IHDR of a grey image of 8 bit, or of what else is said. */
export function pngHeader(
  width: number,
  height: number,
  { depth = 8, colourType = 0, interlace = 0 } = {},
): PngChunk {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colourType, 0, 0, interlace], 8);
  return { type: 'IHDR', data };
}

/** IDAT of rows, each with its filter type in front. */
export function pngData(rows: readonly (readonly number[])[]): PngChunk {
  return { type: 'IDAT', data: deflateSync(Uint8Array.from(rows.flat())) };
}

export const pngEnd: PngChunk = { type: 'IEND', data: new Uint8Array(0) };
