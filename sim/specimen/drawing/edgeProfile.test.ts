import fc from 'fast-check';
import { expect, it } from 'vitest';
import { edgeGlow, shareInside } from './edgeProfile.ts';

it('the profile of an edge is averaged over the pixel: as the mean of many points', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -30, max: 60, noNaN: true }),
      fc.double({ min: 0.5, max: 20, noNaN: true }),
      fc.double({ min: 1, max: 15, noNaN: true }),
      (depthNm, halfNm, lengthNm) => {
        const points = 4000;
        let inside = 0;
        let glow = 0;
        for (let point = 0; point < points; point++) {
          const there = depthNm + halfNm * ((2 * point + 1) / points - 1);
          if (there < 0) continue;
          inside += 1 / points;
          glow += Math.exp(-there / lengthNm) / points;
        }
        expect(Math.abs(shareInside(depthNm, halfNm) - inside)).toBeLessThan(1e-3);
        expect(Math.abs(edgeGlow(depthNm, halfNm, lengthNm) - glow)).toBeLessThan(1e-3);
      },
    ),
  );
});
