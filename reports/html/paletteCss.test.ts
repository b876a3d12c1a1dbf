import { describe, expect, it } from 'vitest';
import { paletteCss } from './paletteCss.ts';

describe('paletteCss', () => {
  it('pairs the two themes; what only one has holds for both', () => {
    const report = `:root { color-scheme: light; --ink: #111111; --gap: 3px; }
      @media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { --ink: #eeeeee; } }
      :root { --ink: #777777; }`;
    expect(paletteCss(report)).toBe(
      ':root {\n  --ink: light-dark(#111111, #eeeeee);\n  --gap: light-dark(3px, 3px);\n}\n',
    );
  });

  it('refuses a style sheet without a dark theme', () => {
    expect(() => paletteCss(':root { --ink: #111111; }')).toThrow(
      'must have a light and a dark :root rule',
    );
  });
});
