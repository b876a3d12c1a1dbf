import { expect, it } from 'vitest';
import { scaleBar } from './scaleBar.ts';

it.each([
  { pixelSizeNm: 10, widthPx: 256, lengthPx: 50, label: '500 nm' },
  { pixelSizeNm: 10.03, widthPx: 1024, lengthPx: 199, label: '2 µm' },
  { pixelSizeNm: 10, widthPx: 300, lengthPx: 100, label: '1 µm' },
  { pixelSizeNm: 100, widthPx: 2048, lengthPx: 500, label: '50 µm' },
  { pixelSizeNm: 0.5, widthPx: 16, lengthPx: 4, label: '2 nm' },
  { pixelSizeNm: 0.5, widthPx: 2, lengthPx: 1, label: '0.2 nm' },
])('for $widthPx px of $pixelSizeNm nm is $label', ({ pixelSizeNm, widthPx, ...bar }) => {
  expect(scaleBar(pixelSizeNm, widthPx)).toEqual(bar);
});
