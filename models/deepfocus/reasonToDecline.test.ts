import { describe, expect, it } from 'vitest';
import type { OutputKind } from '../card/index.ts';
import { reasonToDecline } from './reasonToDecline.ts';
import { weighRows } from './weighRows.ts';

const reason = (kind: OutputKind, rows: readonly (readonly number[])[]) =>
  reasonToDecline(kind, rows, weighRows(rows, kind, 'model'));

/** A patch whose z is known to +- `scaleUm`. */
const knownTo = (scaleUm: number, zUm = 0) => [zUm, 0, 0, Math.log(scaleUm), 0, 0];

describe('reasonToDecline', () => {
  it('follows a network that sees something in a fifth of the patches', () => {
    const rows = [knownTo(3.9), ...[5, 6, 7, 8].map((scaleUm) => knownTo(scaleUm))];
    expect(reason('aberration', rows)).toBeUndefined();
  });

  it('declines where fewer show anything, and counts them', () => {
    const rows = [knownTo(1), ...[5, 6, 7, 8, 9].map((scaleUm) => knownTo(scaleUm))];
    expect(reason('aberration', rows)).toBe(
      'nothing to focus on: 1 of 6 patches show enough structure',
    );
    expect(reason('aberration', [knownTo(4.1)])).toMatch(/0 of 1 patches/);
  });

  it('follows patches that are unsure one by one and sure together', () => {
    // Scales of 5 um, standard deviations of 7.1 um; 2.2 um of the mean of ten.
    const rows = (zUm: number) => Array.from({ length: 10 }, () => knownTo(5, zUm));
    expect(reason('aberration', rows(-10))).toBeUndefined();
    expect(reason('aberration', rows(8))).toMatch(/0 of 10 patches/);
  });

  it.each(['correction', 'scoredCorrection'] as const)(
    'declines where the patches contradict each other, %s',
    (kind) => {
      const rows = (spread: number) => [-1, 0, 1].map((at) => [at * spread, 0, 0, 0]);
      expect(reason(kind, rows(9.9))).toBeUndefined();
      expect(reason(kind, rows(12))).toBe(
        'nothing to focus on: the patches disagree by 12.0 um, more than 10 um',
      );
    },
  );

  it('does not hold astigmatism against the patches', () => {
    expect(
      reason(
        'correction',
        [-30, 30].map((x) => [0, x, 0]),
      ),
    ).toBeUndefined();
  });
});
