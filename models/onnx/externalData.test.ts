import { describe, expect, it } from 'vitest';
import { linearModel } from '../testing/linearModel.ts';
import { hasExternalData } from './externalData.ts';

/** A field that holds bytes or other fields, in messages of less than 128 bytes. */
const field = (index: number, ...inside: readonly Uint8Array[]): Uint8Array => {
  const content = Buffer.concat(inside);
  const key = 8 * index + 2;
  return Uint8Array.from([
    ...(key < 128 ? [key] : [(key % 128) | 128, key >> 7]),
    content.length,
    ...content,
  ]);
};
const tensor = field(13, field(1, Buffer.from('location')), field(2, Buffer.from('x.data')));
const columns = [{ bias: 0, ofMean: [1, 0] }];

describe('external data of an ONNX file', () => {
  it.each([
    ['a graph', field(7, field(5, tensor))],
    ['a constant', field(7, field(1, field(5, field(5, tensor))))],
    ['a list of a node', field(7, field(1, field(5, field(10, tensor))))],
    ['a branch', field(7, field(1, field(5, field(6, field(5, tensor)))))],
    ['one of several branches', field(7, field(1, field(5, field(11, field(5, tensor)))))],
    ['a sparse tensor', field(7, field(15, field(1, tensor)))],
    ['the places of a sparse tensor', field(7, field(15, field(2, tensor)))],
    ['a sparse constant', field(7, field(1, field(5, field(22, field(1, tensor)))))],
    ['a function', field(25, field(7, field(5, field(5, tensor))))],
    ['a second graph', Buffer.concat([field(7), field(7, field(5, tensor))])],
  ])('is found in %s', (_, bytes) => {
    expect(hasExternalData(bytes)).toBe(true);
  });

  it('is found behind fields of every wire type', () => {
    const others = [0x08, 0xff, 0x01, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1d, 1, 2, 3, 4, 0x23, 0x24];
    expect(
      hasExternalData(Buffer.concat([Uint8Array.from(others), field(7, field(5, tensor))])),
    ).toBe(true);
  });

  it('is not found in a file with all its weights, in texts that look alike, or in no ONNX file', () => {
    expect(hasExternalData(linearModel({ kind: 'correction', columns }).read())).toBe(false);
    expect(hasExternalData(field(7, field(2, field(5, tensor))))).toBe(false);
    expect(hasExternalData(field(7, field(5, field(9, tensor))))).toBe(false);
    for (const bytes of [
      new Uint8Array(0),
      Buffer.from('<!DOCTYPE html>'),
      new Uint8Array(50).fill(255),
    ]) {
      expect(hasExternalData(bytes)).toBe(false);
    }
  });

  it('is assumed where graphs lie in each other beyond reason', () => {
    let bytes: Uint8Array = new Uint8Array(0);
    for (let depth = 0; depth < 60; depth++) {
      bytes = nested(1, nested(5, nested(6, bytes)));
    }
    expect(hasExternalData(nested(7, bytes))).toBe(true);
  });
});

/** A field of any length below 2^14. */
function nested(index: number, inside: Uint8Array): Uint8Array {
  const { length } = inside;
  return Uint8Array.from([8 * index + 2, (length % 128) | 128, length >> 7, ...inside]);
}
