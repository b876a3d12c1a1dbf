import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { inProcess } from './testing/inProcess.ts';

const flags: Record<string, readonly string[]> = {
  run: [
    ...['--out', '--algorithms', '--preset', '--psf', '--specimen', '--seed', '--workers'],
    ...['--calibration', '--model', '--force', '--json'],
    ...['--shard', '--live'],
  ],
  merge: ['--out', '--allow-partial', '--json'],
  report: [
    ...[
      '--format',
      '--out',
      '--figures',
      '--json',
      'html',
      'console',
      'markdown',
      'junit',
      'github',
      'csv',
    ],
    ...['parquet', 'json'],
  ],
  estimate: [
    ...['--algorithm', '--under', '--over', '--pixel-size', '--perturbation', '--preset'],
    ...['--calibration', '--psf', '--parameters', '--model', '--json'],
    ...['--plugin', '--algorithm-timeout'],
  ],
  calibrate: [
    ...['--microscope', '--specimen', '--seed', '--psf', '--width', '--height', '--pixel-size'],
    ...['--dwell', '--guess', '--residual-spot', '--places', '--dose-limit', '--out', '--json'],
    ...['--arm', '--limits', '--log'],
  ],
  recalibrate: [
    ...[
      '--microscope',
      '--model',
      '--out',
      '--calibration',
      '--locations',
      '--held-out',
      '--pairs',
    ],
    ...['--pitch', '--range-wd', '--range-stig', '--width', '--height', '--dwell', '--steps'],
    ...['--threads', '--limit-wd', '--limit-stig', '--dose-limit', '--time-limit', '--json'],
    ...['--arm', '--limits', '--log', '--specimen', '--seed'],
  ],
  bound: [
    ...['--preset', '--psf', '--specimen', '--seed', '--width', '--height', '--pixel-size'],
    ...['--patch-side', '--patches', '--dose', '--dwell', '--perturbation', '--wd', '--stig-x'],
    ...['--stig-y', '--stage-x', '--stage-y', '--json'],
  ],
  render: [
    ...['--preset', '--psf', '--specimen', '--seed', '--width', '--height', '--pixel-size'],
    ...['--dwell', '--wd', '--stig-x', '--stig-y', '--stage-x', '--stage-y', '--out', '--json'],
    ...['--crop', '--sheet'],
  ],
  focus: [
    ...['--microscope', '--algorithm', '--model', '--plugin', '--calibration', '--iterations'],
    ...['--limit-wd', '--limit-stig', '--step-limit-wd', '--step-limit-stig', '--dose-limit'],
    ...['--dry-run', '--live', '--json', '--arm', '--limits', '--log'],
  ],
  explore: ['--preset', '--psf', '--specimen', '--seed', '--model', '--plugin', '--port'],
  serve: [
    ...['--microscope', '--host', '--port', '--token-file', '--limit-wd', '--limit-stig'],
    ...['--dose-limit', '--specimen', '--seed', '--psf', '--arm', '--limits', '--log'],
    'SEMFOCUS_TOKEN',
  ],
  check: ['algorithm', 'microscope'],
  models: ['--json'],
  suites: ['--json'],
  algorithms: ['--plugin', '--json'],
  specimens: ['--json'],
  presets: ['--json'],
};

describe('the program', () => {
  it('lists its commands and an example on --help', async () => {
    const { code, stdout, stderr } = await inProcess('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of Object.keys(flags))
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(stdout).toContain('Example:\n  semfocus run demo');
  });

  it('says its version', async () => {
    expect(await inProcess('--version')).toEqual({
      code: 0,
      stdout: `${packageJson.version}\n`,
      stderr: '',
      shown: [],
    });
  });

  it('without a command shows its help where errors go', async () => {
    const { code, stdout, stderr } = await inProcess();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: semfocus');
  });
});

describe('semfocus estimate --help', () => {
  it('tells of an estimate that is declined', async () => {
    const { stdout } = await inProcess('estimate', '--help');
    expect(stdout).toContain('declined gives the reason, and the exit code is 0');
  });
});

const flagsBelow: Record<string, readonly string[]> = {
  'check algorithm': ['--plugin', '--algorithm-timeout', '--json'],
  'check microscope': [
    ...['--limit-wd', '--limit-stig', '--step-limit-wd', '--step-limit-stig', '--dose-limit'],
    ...['--calibration', '--guess', '--arm', '--limits', '--log', '--call-timeout', '--json'],
  ],
};

describe.each(Object.entries({ ...flags, ...flagsBelow }))('semfocus %s --help', (command, own) => {
  it('lists its flags, ends with an example and fits 80 columns', async () => {
    const { code, stdout, stderr } = await inProcess(...command.split(' '), '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const flag of own) expect(stdout).toContain(flag);
    expect(stdout).toMatch(new RegExp(`\nExamples?:\n  semfocus (render|${command})`));
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('lists', () => {
  it.each([
    ['suites', ['demo', 'figure-2', 'figure-2e', 'figure-5', 'patches', 'simplex']],
    ['algorithms', ['mapfost', 'spectral', 'sharpness-simplex', 'deepfocus-spectral-384']],
    ['specimens', ['tissue', 'tin', 'points', 'blank']],
    ['presets', ['merlin', 'ideal']],
  ])('%s are explained, for people and as JSON', async (command, names) => {
    const text = await inProcess(command);
    const json = await inProcess(command, '--json');
    const listed: { name: string; summary: string }[] = JSON.parse(json.stdout);
    expect(listed.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    for (const { name, summary } of listed) {
      expect(summary.length).toBeGreaterThan(10);
      expect(text.stdout).toMatch(new RegExp(`^${name} +${summary.slice(0, 8)}`, 'm'));
    }
    expect([text.code, text.stderr, json.code, json.stderr]).toEqual([0, '', 0, '']);
  });
});
