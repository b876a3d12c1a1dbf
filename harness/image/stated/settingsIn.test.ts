import { describe, expect, it } from 'vitest';
import { taggedTiff, textTag, zeissText } from '../testing/vendorFrames.ts';
import { settingsIn } from './settingsIn.ts';

describe('settingsIn', () => {
  it('reads Zeiss: the numbers in full precision, what has a name alone as it is written', () => {
    const text = zeissText({ workingDistanceM: 0.004505123 });
    expect(settingsIn(taggedTiff(textTag(34118, text)))).toEqual({
      source: 'Zeiss, TIFF tag 34118',
      pixelSizeNm: expect.closeTo(10.0303, 9),
      workingDistanceUm: expect.closeTo(4505.123, 6),
      stigmatorX: 1.9,
      stigmatorY: -0.2,
      dwellTimeNs: 200,
      beamVoltageKv: 1.5,
      scanRotationDeg: 15,
      stage: { xUm: 60_123, yUm: -3500 },
      remarks: ['the stigmators are written in steps of 0.1 %'],
    });
  });

  it('believes no rounded working distance of Zeiss without the number behind it', () => {
    const without = 'AP_WD\r\nWD = 4.5 mm\r\nAP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 10.0 nm\r\n';
    const of = (text: string) => settingsIn(taggedTiff(textTag(34118, text)));
    expect(of(without)).toEqual({
      source: 'Zeiss, TIFF tag 34118',
      pixelSizeNm: expect.closeTo(10, 9),
      remarks: [
        'the working distance is written as 4500 um in steps of 100 um, too coarse to tell two frames of a pair apart',
      ],
    });
    // Two numbers that may be it are none.
    expect(of(`0.00452\r\n0.00453\r\n${without}`)).not.toHaveProperty('workingDistanceUm');
    expect(of(`0.00452\r\n0.3\r\n${without}`)?.workingDistanceUm).toBeCloseTo(4520, 6);
  });

  it('takes no scan rotation of Zeiss that is switched off', () => {
    const text = `DP_SCAN_ROT\r\nScan Rot = Off\r\n${zeissText({ workingDistanceM: 0.005 }).slice(2)}`;
    expect(settingsIn(taggedTiff(textTag(34118, text)))?.scanRotationDeg).toBe(0);
  });

  it.each([34682, 34680])('reads Thermo Fisher, tag %i: of the beam that took the image', (tag) => {
    const text = `[User]
Date=03/14/2022
[Beam]
HV=5000
ScanRotation=1.5707963267948966
Beam=EBeam
Scan=EScan
[IBeam]
WD=0.0165
StigmatorX=9
[EBeam]
WD=0.00409547
StigmatorX=-0.0130203
StigmatorY=0.33132
StageX=0.0113813
StageY=-0.0104484
[Scan]
PixelWidth=1.25e-009
Dwelltime=
[EScan]
Dwell=3e-07
[Image]
ResolutionX=4
ResolutionY=2
`.replaceAll('\n', '\r\n');
    expect(settingsIn(taggedTiff(textTag(tag, text)))).toEqual({
      source: `Thermo Fisher, TIFF tag ${tag}`,
      pixelSizeNm: expect.closeTo(1.25, 9),
      workingDistanceUm: expect.closeTo(4095.47, 6),
      stigmatorX: -0.0130203,
      stigmatorY: 0.33132,
      dwellTimeNs: expect.closeTo(300, 6),
      beamVoltageKv: 5,
      scanRotationDeg: expect.closeTo(90, 9),
      stage: { xUm: expect.closeTo(11_381.3, 6), yUm: expect.closeTo(-10_448.4, 6) },
      imageRows: 2,
      remarks: [],
    });
  });

  const tescan = `[MAIN]
PixelSizeX=4e-09
ImageStripSize=1
[SEM]
DwellTime=3.2e-06
HV=15000
ScanRotation=-5.5
StigmatorX=1.25
StigmatorY=-0.5
WD=0.00953221
`;
  const asTescan = {
    pixelSizeNm: expect.closeTo(4, 9),
    workingDistanceUm: expect.closeTo(9532.21, 6),
    stigmatorX: 1.25,
    stigmatorY: -0.5,
    dwellTimeNs: expect.closeTo(3200, 6),
    beamVoltageKv: 15,
    scanRotationDeg: -5.5,
    imageRows: 2,
    remarks: [],
  };

  it('reads TESCAN behind binary data in its tag', () => {
    const bytes = [0, 1, 255, 0, 77, ...Buffer.from(`\nAccFrames=1\n${tescan}`, 'latin1')];
    expect(settingsIn(taggedTiff([50431, 7, ...bytes]))).toEqual({
      source: 'TESCAN, TIFF tag 50431',
      ...asTescan,
    });
  });

  it.each([
    ['TESCAN', tescan, asTescan],
    [
      'JEOL',
      '$CM_FORMAT JEOL/SEM\n$CM_ACCEL_VOLT 15.00\n$CM_FULL_SIZE 1280 960\n$$SM_MICRON_BAR 180\n$$SM_MICRON_MARKER 5um\n$$SM_WD 10.1234\n',
      {
        pixelSizeNm: expect.closeTo(5000 / 180, 9),
        workingDistanceUm: expect.closeTo(10_123.4, 6),
        beamVoltageKv: 15,
        imageRows: 960,
        remarks: [],
      },
    ],
    [
      'JEOL',
      '$CM_ACCEL_VOLT 7.0\r\n$SM_WD 10.0\r\n',
      {
        beamVoltageKv: 7,
        remarks: [
          'the working distance is written as 10000 um in steps of 100 um, too coarse to tell two frames of a pair apart',
        ],
      },
    ],
    [
      'Hitachi',
      '[SemImageFile]\r\nPixelSize=24.8\r\nAcceleratingVoltage=15000 Volt\r\nWorkingDistance=8123 um\r\nDataSize=1280x960\r\n',
      {
        pixelSizeNm: 24.8,
        workingDistanceUm: 8123,
        beamVoltageKv: 15,
        imageRows: 960,
        remarks: [],
      },
    ],
  ])('reads %s beside an image that says nothing', (vendor, text, settings) => {
    const image = taggedTiff([270, 2, 0]);
    expect(settingsIn(image, [{ text, place: 'a.txt', fileRows: 3 }])).toEqual({
      source: `${vendor}, a.txt`,
      ...settings,
    });
  });

  it.each([
    ['AP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 1.5 \u00b5m\r\n', 1500],
    ['AP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 10 furlongs\r\n', undefined],
    ['[Scan]\r\nPixelWidth=1.25e-08\r\nPixelHeight=1.25e-08\r\n', 12.5],
    ['[MAIN]\nPixelSizeX=4e-09\nPixelSizeY=4e-09\n', 4],
    ['[Scan]\nPixelWidth=-1e-8\n', undefined],
    ['[Scan]\nPixelWidth=1e999\n', undefined],
    ['a = 5\nno size', undefined],
  ])('finds %j outside of a known tag: %s nm', (text, sizeNm) => {
    const found = settingsIn(Buffer.from(`II*\0noise\n${text}`, 'latin1'))?.pixelSizeNm;
    if (sizeNm === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(sizeNm, 9);
  });

  it('survives a tag that lies outside the file', () => {
    const file = taggedTiff(textTag(34118, zeissText({ workingDistanceM: 0.005 })));
    expect(settingsIn(file.subarray(0, file.length - 40))).toBeDefined();
    expect(settingsIn(file.subarray(0, 12))).toBeUndefined();
  });

  it.each([
    ['blanks', ' '.repeat(2 ** 20)],
    ['tabs behind a name', `$CM_MAG${'\t'.repeat(2 ** 20)}x`],
    ['digits', `WD = ${'1'.repeat(2 ** 20)}`],
    ['brackets', '['.repeat(2 ** 20)],
    ['equals signs', 'PixelSizeX'.padEnd(2 ** 20, '=')],
    ['lines', 'WD = 5\n'.repeat(2 ** 17)],
  ])('goes through a text of a million %s', (_, text) => {
    expect(settingsIn(taggedTiff([270, 2, 0]), [{ text, place: 'a.txt' }])?.pixelSizeNm).toBe(
      undefined,
    );
  });
});
