import { describe, expect, it } from 'vitest';
import { stageAxesOf } from './stageAxes.ts';

describe('stageAxesOf', () => {
  it('is plain where the content moves against the stage', () => {
    const axes = stageAxesOf({ xPx: -100, yPx: 0 }, { xPx: 0, yPx: -100 }, 100);
    expect(axes.scale).toBe(1);
    expect(axes.rotationDeg).toBeCloseTo(0);
    expect(axes.betweenDeg).toBeCloseTo(90);
  });

  it('tells a rotation from a mirror image, and the size of a pixel', () => {
    // Clockwise by 90 degrees: x of the stage points down.
    const turned = stageAxesOf({ xPx: 0, yPx: -80 }, { xPx: 80, yPx: 0 }, 100);
    expect(turned.rotationDeg).toBeCloseTo(90);
    expect(turned.betweenDeg).toBeCloseTo(90);
    // A move of 100 stated pixels that shows as 80 has passed over larger ones.
    expect(turned.scale).toBeCloseTo(1.25);
    const mirrored = stageAxesOf({ xPx: -100, yPx: 0 }, { xPx: 0, yPx: 100 }, 100);
    expect(mirrored.betweenDeg).toBeCloseTo(-90);
  });
});
