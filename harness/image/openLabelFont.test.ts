import { describe, expect, it } from 'vitest';
import { type LabelFont, openLabelFont } from './openLabelFont.ts';

/** The ink of a text, rounded to what a pixel of 8 bit shows. */
function inkOf(font: LabelFont, text: string): { x: number; y: number; ink: number }[] {
  const pixels: { x: number; y: number; ink: number }[] = [];
  font.draw(text, { x: 0, y: 0 }, (x, y, share) => {
    pixels.push({ x, y, ink: Math.round(255 * share) });
  });
  return pixels;
}

describe('openLabelFont', async () => {
  const font = await openLabelFont();

  it('has the characters of a state in the notation of the field', () => {
    const missing = inkOf(font, '\u{1F52C}');
    const drawn = [...'0123456789WDstigxy%µ²−+±.,·/'].map((text) => inkOf(font, text));
    for (const ink of drawn) {
      expect(ink.length).toBeGreaterThan(0);
      expect(ink).not.toEqual(missing);
    }
    expect(new Set(drawn.map((ink) => JSON.stringify(ink))).size).toBe(drawn.length);
  });

  it('draws a minus as one bar at half the height of a plus, and as wide', () => {
    const minus = inkOf(font, '−').filter(({ ink }) => ink > 127);
    const plus = inkOf(font, '+').filter(({ ink }) => ink > 127);
    const rows = new Set(minus.map(({ y }) => y));
    expect(rows.size).toBe(1);
    const heights = plus.map(({ y }) => y);
    const middle = (Math.min(...heights) + Math.max(...heights)) / 2;
    expect(Math.abs([...rows][0]! - middle)).toBeLessThanOrEqual(1);
    expect(font.widthPx('−')).toBe(font.widthPx('+'));
  });

  it('stays inside the line that it says it needs, at the place asked for', () => {
    const text = 'WD −20 µm, Ågypq|';
    const ink = inkOf(font, text);
    for (const { x, y } of ink) {
      expect(x).toBeLessThan(font.widthPx(text));
      expect(y).toBeLessThan(font.lineHeightPx);
    }
    const moved: { x: number; y: number; ink: number }[] = [];
    font.draw(text, { x: 7, y: 90 }, (x, y, share) => {
      moved.push({ x: x - 7, y: y - 90, ink: Math.round(255 * share) });
    });
    expect(moved).toEqual(ink);
  });
});
