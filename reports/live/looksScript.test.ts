import { describe, expect, it } from 'vitest';
import { seriesLook } from '../html/series.ts';
import { swatch } from '../html/swatch.ts';
import { looksScript } from './looksScript.ts';

interface Look {
  readonly colour: number;
  readonly path: string;
  readonly isStroke: boolean;
  readonly dash: readonly number[];
}

const looks: readonly Look[] = JSON.parse(
  /^export const looks = (.*);\n$/.exec(looksScript())?.[1] ?? '',
);

describe('looksScript', () => {
  it('gives 42 algorithms looks that differ in colour or marker', () => {
    expect(new Set(looks.map(({ colour, path }) => `${colour} ${path}`)).size).toBe(42);
  });

  it('gives each the colour that it has in the legend of a report', () => {
    for (const [index, { colour }] of looks.entries()) {
      expect(swatch({ label: '', ...seriesLook(index) })).toContain(`class="swatch s${colour}"`);
    }
  });

  it('strokes what has no inside', () => {
    const strokes = looks.filter(({ isStroke }) => isStroke);
    expect(strokes).toHaveLength(7);
    for (const { path } of strokes) expect(path).not.toMatch(/z$/);
  });
});
