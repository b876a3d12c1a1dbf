import { describe, expect, it } from 'vitest';
import { swatch } from '../../html/index.ts';
import { seriesIndices, seriesLook } from './algorithmLooks.ts';
import { looksScript } from './looksScript.ts';

interface Look {
  readonly colour: number;
  readonly path: string;
  readonly isStroke: boolean;
  readonly dash: readonly number[];
}

const looksOf = (algorithms: readonly string[]): readonly Look[] =>
  JSON.parse(/^export const looks = (.*);\n$/.exec(looksScript(algorithms))?.[1] ?? '');

const many = ['mapfost', ...Array.from({ length: 41 }, (_, i) => `own ${i}`)];

describe('looksScript', () => {
  it('gives 42 algorithms looks that differ in colour or marker', () => {
    expect(new Set(looksOf(many).map(({ colour, path }) => `${colour} ${path}`)).size).toBe(42);
  });

  it('gives each the colour that it has in the legend of a report', () => {
    const indices = seriesIndices(many);
    for (const [i, { colour }] of looksOf(many).entries()) {
      const look = seriesLook(indices.get(many[i] ?? '') ?? -1);
      expect(swatch(look)).toContain(`class="swatch s${colour}"`);
    }
  });

  it('gives those that come along the same look, whatever else is shown', () => {
    const [alone] = looksOf(['mapfost']);
    expect(looksOf(['afss', 'another', 'mapfost']).at(-1)).toEqual(alone);
  });

  it('strokes what has no inside', () => {
    const strokes = looksOf(many).filter(({ isStroke }) => isStroke);
    expect(strokes).toHaveLength(7);
    for (const { path } of strokes) expect(path).not.toMatch(/z$/);
  });
});
