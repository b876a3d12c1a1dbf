import { describe, expect, it } from 'vitest';
import { statedPixelSizeNm } from './statedPixelSizeNm.ts';

describe('statedPixelSizeNm', () => {
  it.each([
    ['AP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 10.03 nm\r\nAP_WD', 10.03],
    ['AP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 1.5 µm\r\n', 1500],
    ['[Scan]\r\nPixelWidth=1.25e-08\r\nPixelHeight=1.25e-08\r\n', 12.5],
    ['[MAIN]\nPixelSizeX=4e-09\nPixelSizeY=4e-09\n', 4],
    ['Image Pixel Size = 10 furlongs; PixelWidth=0.000000002;', 2],
    ['PixelWidth=-1e-8', undefined],
    ['PixelWidth=1e999', undefined],
    ['no size', undefined],
  ])('of %j is %s', (text, sizeNm) => {
    const found = statedPixelSizeNm(Buffer.from(`II*\0${text}`, 'latin1'));
    if (sizeNm === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(sizeNm, 9);
  });
});
