import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { opticsFixture } from './opticsFixture.ts';

const folder = new URL('../../models/training/tests/fixtures/', import.meta.url);

describe('what the optics of the training are tested with', () => {
  it('is what the simulator gives today: else npm run make:optics', () => {
    const { description, pictures } = opticsFixture();
    const stored = JSON.parse(readFileSync(new URL('optics.json', folder), 'utf8'));
    expect(stored).toEqual(description);
    const file = readFileSync(new URL('optics.npy', folder));
    const bytes = file.buffer.slice(
      file.byteOffset + file.length - pictures.byteLength,
      file.byteOffset + file.length,
    );
    const differences = Array.from(new Float32Array(bytes), (value, i) =>
      Math.abs(value - pictures[i]!),
    );
    // Cosines differ in their last bits from machine to machine.
    expect(Math.max(...differences)).toBeLessThan(1e-6);
  });
});
