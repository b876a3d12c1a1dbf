import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePngFile } from '../harness/image/index.ts';
import { greyPixels, RandomStream } from '../harness/numeric/index.ts';
import { inProcess } from './testing/inProcess.ts';
import { type Ended, semfocus } from './testing/semfocus.ts';
import { tinySuite, writeSuite } from './testing/tinySuite.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  const random = new RandomStream(1, 'noise');
  const image = (file: string, width: number, height: number) => {
    const noise = Uint8Array.from({ length: width * height }, () => random.integerBelow(256));
    return writePngFile(join(folder, file), greyPixels(noise, width, height));
  };
  await image('small.png', 96, 80);
  await image('large.png', 128, 96);
  await image('other.png', 128, 96);
  await writeFile(join(folder, 'text.png'), 'no image');
  await writeFile(join(folder, 'calibration.json'), '{"convergenceMrad": 0}');
  await writeFile(join(folder, 'nan.json'), '{"seed": NaN}');
  await mkdir(join(folder, 'empty'));
  await writeSuite(folder, 'tiny');
  const size = { width: 32768, height: 32768 };
  await writeSuite(folder, 'huge', { frame: size });
  const { trajectories } = tinySuite;
  await writeSuite(folder, 'far', { trajectories: { ...trajectories, gridSpacingUm: 70_000 } });
  await writeSuite(folder, 'low', { frame: { width: 100_000, height: 64 } });
  const algorithm = { name: 'spectral', iterations: 1, dwellTimesNs: [200] };
  await writeSuite(folder, 'dwell', { algorithms: [{ ...algorithm, dwellTimesNs: [0] }] });
  await writeSuite(folder, 'quick', { algorithms: [{ ...algorithm, dwellTimesNs: [1] }] });
  const parameters = { patchSidePx: 256 };
  await writeSuite(folder, 'patch', { algorithms: [{ ...algorithm, parameters }] });
});
afterAll(() => rm(folder, { recursive: true }));

/** Exit code, and stderr with the temporary folder cut out of it; nothing may be on stdout. */
async function refusal(
  line: string,
  run: (...args: string[]) => Promise<Ended> = inProcess,
): Promise<string> {
  const args = line.split(' ').map((arg) => (arg === "''" ? '' : arg.replace('DIR', folder)));
  const { code, stdout, stderr } = await run(...args);
  expect(stdout).toBe('');
  return `${code} ${stderr.replaceAll(folder, 'DIR').trimEnd()}`;
}

const pair = '--under DIR/large.png --over DIR/other.png';
const scale = '--pixel-size 10 --perturbation 5';
const frame = 'render --out DIR/never --width 64 --height 64';

const refusals: readonly (readonly [string, string])[] = [
  [
    'rnu',
    '2 error: command must be run, plan, merge, report, compare, gate, history, render, explore, estimate, series, validate, focus, serve, calibrate, recalibrate, check, bound, models, parity, presets, algorithms, suites or specimens. Received "rnu"; did you mean run?',
  ],
  [
    '--workers 3',
    '2 error: option of semfocus must be --version, --debug or --help. Received "--workers"',
  ],
  [
    'run',
    '2 error: run needs <suite>: name of a suite (semfocus suites) or path of a suite file. Received nothing',
  ],
  ['run demo figure-5', '2 error: run takes <suite>. Received "demo", "figure-5"'],
  [
    'presets all',
    '2 error: preset must be merlin, merlin-real, ultraplus, ultraplus-real, ideal, random:SEED or the path of a .json file. Received "all"',
  ],
  ['suites all', '2 error: suites takes options alone. Received "all"'],
  [
    'report a --fromat json',
    '2 error: option of report must be --format, --out, --figures, --baseline, --rules, --json, --open or --help. Received "--fromat"; did you mean --format?',
  ],
  [
    'recalibrate --microscope sim:merlin --model deepfocus-384',
    '2 error: recalibrate needs --out <folder>: folder of the pairs and of the new network. Received nothing',
  ],
  [
    'recalibrate --microscope sim:merlin --model deepfocus-385 --out DIR/never',
    '2 error: --model must be deepfocus-128, deepfocus-256, deepfocus-384, deepfocus-384-ultraplus, deepfocus-512, deepfocus-pixel-384, deepfocus-score-384, deepfocus-spectral-384, deepscore-512 or the path of an ONNX file with its card.json beside it. Received "deepfocus-385"; did you mean deepfocus-384?',
  ],
  [
    'recalibrate --microscope sim:merlin --model deepscore-512 --out DIR/never',
    '2 error: --model must be a network that answers pairs with corrections. Received deepscore-512, which looks at single frames and knows no directions\ndeepfocus-384 and deepfocus-512 can be recalibrated (semfocus models lists all)',
  ],
  [
    'recalibrate --microscope sim:merlin --model DIR/empty/none.onnx --out DIR/never',
    '2 error: cannot read DIR/empty/card.json: ENOENT: no such file or directory\nDIR/empty/none.onnx needs a card.json beside it, as in docs/models.md: semfocus models card DIR/empty/none.onnx writes one',
  ],
  [
    'recalibrate --microscope sim:merlin --model deepfocus-128 --out DIR/never --pairs 1',
    '2 error: --pairs must be a whole number from 2 to 100. Received "1"',
  ],
  ['run demo --out', '2 error: --out <folder> needs a value. Received nothing'],
  ["run demo --out ''", '2 error: --out must be a name or a path. Received ""'],
  [
    'run dmeo',
    '2 error: suite must be architectures, charts, classics, demo, figure-2, figure-2e, figure-5, frontier, low-snr, patches, pupil, release, robustness, simplex, timing, transfer, vessel or the path of a .json file. Received "dmeo"; did you mean demo?',
  ],
  [
    'run DIR/none.json',
    '2 error: cannot read the suite file DIR/none.json: ENOENT: no such file or directory',
  ],
  [
    'run demo --algorithms mapfos',
    '2 error: --algorithms (suite demo) must be deepfocus-spectral-384, spectral, mapfost, deepscore-512 or sharpness-simplex. Received "mapfos"; did you mean mapfost?',
  ],
  [
    'run demo --algorithms mapfost,',
    '2 error: --algorithms must be a name, or names separated by commas. Received "mapfost,"',
  ],
  [
    'run demo --preset merlni',
    '2 error: preset must be merlin, merlin-real, ultraplus, ultraplus-real, ideal, random:SEED or the path of a .json file. Received "merlni"; did you mean merlin?',
  ],
  [
    'run demo --psf disk',
    '2 error: --psf must be gaussian, disc or wave. Received "disk"; did you mean disc?',
  ],
  [
    'run demo --specimen tisue',
    '2 error: --specimen must be tissue, tissue-dense, tissue-vessel, tin, gold, lines, points, star, noise, blank or the path of an image. Received "tisue"; did you mean tissue?',
  ],
  [
    'run demo --specimen DIR/none.png',
    "2 error: Cannot read image 'DIR/none.png': there is no such file",
  ],
  [
    'run demo --specimen DIR/text.png',
    "2 error: Cannot read image 'DIR/text.png': it is not an image of a known format; PNG, TIFF and NumPy images of 8 or 16 bit are read",
  ],
  [
    'run demo --seed 1.5',
    '2 error: --seed must be a whole number from 0 to 9007199254740991. Received "1.5"',
  ],
  [
    "run demo --seed ''",
    '2 error: --seed must be a whole number from 0 to 9007199254740991. Received ""',
  ],
  [
    'run demo --seed 9007199254740993',
    '2 error: --seed must be a whole number from 0 to 9007199254740991. Received "9007199254740993"',
  ],
  ['run demo --workers 0', '2 error: --workers must be a whole number from 1 to 256. Received "0"'],
  [
    'run demo --workers Infinity',
    '2 error: --workers must be a whole number from 1 to 256. Received "Infinity"',
  ],
  [
    'run demo --calibration DIR/none.json',
    '2 error: cannot read the calibration file DIR/none.json: ENOENT: no such file or directory',
  ],
  [
    'run demo --calibration DIR/calibration.json',
    '2 error: DIR/calibration.json: convergenceMrad must be a number above 0 and at most 50 mrad. Received 0; stigmatorMatrixUmPerUnit must be a list of 2. Received nothing; imageShiftNmPerUm must be an object with the fields x, y. Received nothing; and 2 more',
  ],
  [
    'run DIR/dwell.json',
    '2 error: DIR/dwell.json: algorithms[0].dwellTimesNs[0] must be a number above 0 and at most 1000000. Received 0',
  ],
  [
    'run DIR/quick.json',
    '2 error: suite tiny, preset merlin: dwellTimeNs must be in [50, 51200] ns. Received 1',
  ],
  [
    'run DIR/huge.json',
    '2 error: suite tiny, preset merlin: width * height must be at most 64000000 px. Received 1073741824',
  ],
  [
    'run DIR/far.json',
    '2 error: suite tiny, preset merlin: stageYUm must be in [-60000, 60000] um. Received 70000',
  ],
  [
    'run DIR/low.json',
    '2 error: DIR/low.json: frame.width must be a whole number from 64 to 32768 px. Received 100000',
  ],
  [
    'run DIR/patch.json',
    '2 error: algorithms[0] (spectral): patchSidePx must be in [64, 192] for a 256 x 192 px image. Received 256\nchoose a smaller patch or a larger frame',
  ],
  [
    'run DIR/tiny.json --out DIR/text.png',
    '2 error: DIR/text.png is a file. A folder is needed there',
  ],
  [
    `${frame} --width 32768 --height 32768`,
    '2 error: width * height must be at most 64000000 px. Received 1073741824',
  ],
  [
    `${frame} --height 1e9`,
    '2 error: --height must be a whole number from 16 to 32768 px. Received "1e9"',
  ],
  [
    `${frame} --dwell 0`,
    '2 error: --dwell must be a number above 0, or different numbers separated by commas. Received "0"',
  ],
  [
    `${frame} --dwell -5`,
    '2 error: --dwell must be a number above 0, or different numbers separated by commas. Received "-5"',
  ],
  [`${frame} --dwell 10`, '2 error: dwellTimeNs must be in [50, 51200] ns. Received 10'],
  [
    `${frame} --wd NaN`,
    '2 error: --wd must be a number, or different numbers separated by commas. Received "NaN"',
  ],
  [
    `${frame} --wd 1,,2`,
    '2 error: --wd must be a number, or different numbers separated by commas. Received "1,,2"',
  ],
  [
    `${frame} --wd -0,0`,
    '2 error: --wd must be a number, or different numbers separated by commas. Received "-0,0"',
  ],
  [
    `${frame} --stig-y -300`,
    '2 error: --stig-y must be from -98 to 101 %. Received -300 (sim:merlin)',
  ],
  [
    `${frame} --stage-x 1e9`,
    '2 error: stageXUm must be in [-60000, 60000] um. Received 1000000000',
  ],
  [
    `${frame} --specimen blak`,
    '2 error: --specimen must be tissue, tissue-dense, tissue-vessel, tin, gold, lines, points, star, noise, blank or the path of an image. Received "blak"; did you mean blank?',
  ],
  [
    'render --out DIR/frame.jpg',
    '2 error: --out must end in .png, .tif or .tiff, or name a folder, with a slash at its end where there is a dot in it. Received "DIR/frame.jpg"',
  ],
  [
    'render --wd 1,2 --out DIR/frame.png',
    '2 error: --out must name a folder for a series of 2 frames. Received "DIR/frame.png"',
  ],
  [
    'render --out DIR/text.png/frame.png',
    '2 error: DIR/text.png is a file. A folder is needed there',
  ],
  [
    'estimate --algorithm mapfost',
    '2 error: estimate needs --under <file>: frame at working distance minus the perturbation, PNG or TIFF. Received nothing',
  ],
  [
    `estimate --algorithm sharpness-simplex ${pair} ${scale}`,
    '2 error: --algorithm must be mapfost, mapfost-published, spectral, deepfocus-128, deepfocus-256, deepfocus-384, deepfocus-384-ultraplus, deepfocus-512, deepfocus-pixel-384, deepfocus-score-384 or deepfocus-spectral-384. Received "sharpness-simplex"',
  ],
  [
    `estimate --algorithm mapfost --under DIR/none.png --over DIR/large.png ${scale}`,
    "2 error: Cannot read image 'DIR/none.png': there is no such file",
  ],
  [
    `estimate --algorithm mapfost --under DIR/small.png --over DIR/large.png ${scale}`,
    '2 error: the two images must have one size. Received 96 x 80 px (DIR/small.png) and 128 x 96 px (DIR/large.png)',
  ],
  [
    `estimate --algorithm mapfost ${pair} --pixel-size NaN --perturbation 5`,
    '2 error: --pixel-size must be a number from 0.5 to 1000 nm. Received "NaN"',
  ],
  [
    `estimate --algorithm mapfost ${pair} --pixel-size 10 --perturbation 0`,
    '2 error: --perturbation must be a number from 0.1 to 100 um. Received "0"',
  ],
  [
    `estimate --algorithm mapfost ${pair} ${scale} --preset merlim`,
    '2 error: preset must be merlin, merlin-real, ultraplus, ultraplus-real, ideal, random:SEED or the path of a .json file. Received "merlim"; did you mean merlin?',
  ],
  [
    `estimate --algorithm mapfost ${pair} ${scale} --preset ideal --calibration x`,
    '2 error: give --calibration <file> or --preset <name>. Received both',
  ],
  [
    `estimate --algorithm mapfost ${pair} ${scale} --parameters {`,
    '2 error: --parameters must be JSON, e.g. \'{"patchSidePx": 256}\'. Received "{"',
  ],
  [
    `estimate --algorithm spectral ${pair} ${scale} --parameters {"patchSidePx":128}`,
    '2 error: patchSidePx must be in [64, 96] for a 128 x 96 px image. Received 128\nchoose a smaller patch or a larger frame',
  ],
  [
    `estimate --algorithm spectral ${pair} ${scale} --parameters {"perturbationUm":9}`,
    '2 error: perturbationUm in --parameters must be left out or equal --perturbation, 5 um. Received 9',
  ],
  [
    'report',
    '2 error: report needs <folder>: folders that semfocus run has written. Received nothing',
  ],
  [
    'report a --format xml',
    '2 error: --format must be html, console, markdown, junit, github, csv, parquet, json or article. Received "xml"',
  ],
  [
    'report a --format console,json',
    '2 error: one format can be printed; give the others a file with --out <format>=<file>. Received console and json',
  ],
  [
    'report a --json --out b',
    '2 error: --out must be <format>=<file> with --json, which prints. Received "b"',
  ],
  [
    'report DIR/none',
    '3 error: no records in DIR/none: there is no plan.json\nName a folder that `semfocus run --out` has written; shards are merged first.',
  ],
  [
    'report DIR/empty --json',
    '3 error: no records in DIR/empty: there is no plan.json\nName a folder that `semfocus run --out` has written; shards are merged first.',
  ],
  [
    'report DIR/tiny.json',
    '3 error: no records in DIR/tiny.json: there is no plan.json\nName a folder that `semfocus run --out` has written; shards are merged first.',
  ],
];

describe('what is refused', () => {
  it.each(refusals)('%s', async (line, message) => {
    expect(await refusal(line)).toBe(message);
  });

  it('a suite that is no JSON, with the reason', async () => {
    expect(await refusal('run DIR/nan.json')).toMatch(
      /^2 error: DIR\/nan.json must be a suite in JSON\. Unexpected token .*$/,
    );
  });

  it('an empty command', async () => {
    expect(await refusal("''")).toMatch(/^2 error: command must be run,/);
  });

  it('leaves nothing behind', async () => {
    expect((await readdir(folder)).filter((name) => !/\.(png|json)$/.test(name))).toEqual([
      'empty',
    ]);
  });

  it('ends a process with the same code and words', async () => {
    const inFolder = (...args: string[]) => semfocus(folder, ...args);
    expect(await refusal('run dmeo --json', inFolder)).toBe(
      '2 error: suite must be architectures, charts, classics, demo, figure-2, figure-2e, figure-5, frontier, low-snr, patches, pupil, release, robustness, simplex, timing, transfer, vessel or the path of a .json file. Received "dmeo"; did you mean demo?',
    );
    expect(await refusal('report empty', inFolder)).toMatch(/^3 error: no records in empty/);
  });
});

// mkdir -p of Node never came back from this.
describe.runIf(process.platform === 'linux')('a place where nothing can be written', () => {
  it.each(['run DIR/tiny.json --out /proc/x', 'render --out /proc/x/y.png'])('%s', async (line) => {
    expect(await refusal(line)).toBe(
      '2 error: cannot write /proc/x: ENOENT: no such file or directory\nChoose another place, or make this one writable.',
    );
  });
});
