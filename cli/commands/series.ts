import { dirname, relative, sep } from 'node:path';
import type { Command } from 'commander';
import { assertWritable, readIfPresent } from '../../harness/files/index.ts';
import { readStatedImage } from '../../harness/image/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import {
  describeFrame,
  type Missing,
  missingOf,
  PlaceNames,
  type Series,
} from '../../harness/series/index.ts';
import { groupedBy } from '../../harness/statistics/index.ts';
import { textTable } from '../../reports/index.ts';
import { textOption } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';

interface SeriesOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** `semfocus series`: a manifest of recorded frames, with what their files say of them. */
export function addSeriesCommand(command: Command, terminal: Terminal): void {
  command
    .argument('<files...>', 'PNG and TIFF files of one instrument')
    .addOption(textOption('--out <file>', 'manifest to write, JSON').default('series.json'))
    .option('--json', 'print the manifest as well, as one JSON document')
    .addHelpText(
      'after',
      `
Reads working distance, stigmators, pixel size, dwell time, beam voltage, scan
rotation and stage from the TIFF tags of Zeiss (34118), Thermo Fisher (34682,
34680) and TESCAN (50431), or from the text file beside an image (TESCAN .hdr,
JEOL and Hitachi .txt). The manifest is a file for people: write what is
missing in place of null, and inFocusAt if the focus is known. An existing
manifest is not overwritten. semfocus validate compares the series with the
simulator. docs/validate.md says which frames to record.

Example:
  semfocus series day-one/*.tif --out day-one/series.json`,
    )
    .action((files: string[], options: SeriesOptions) => series(files, options, terminal));
}

async function series(
  files: readonly string[],
  { out, json = false }: SeriesOptions,
  terminal: Terminal,
): Promise<void> {
  if ((await readIfPresent(out)) !== undefined) {
    throw new ConfigError(`--out must be a new file. ${out} is there already`, {
      hint: 'name another file, or remove it if nothing in it was written by hand',
    });
  }
  await assertWritable(out);
  const frames: Series['frames'][number][] = [];
  const places = new PlaceNames();
  const remarks: { readonly file: string; readonly remark: string }[] = [];
  for (const path of [...new Set(files)]) {
    const { pixels, stated } = await readStatedImage(path);
    const file = relative(dirname(out), path).split(sep).join('/');
    frames.push({
      ...describeFrame(file, pixels.shape, stated),
      place: places.nameOf(stated?.stage),
    });
    remarks.push(...(stated?.remarks ?? []).map((remark) => ({ file, remark })));
  }
  const manifest: Series = {
    schema: 1,
    instrument: {
      name: null,
      description: null,
      preset: null,
      calibration: null,
      stigmatorMatrixUmPerUnit: null,
    },
    inFocusAt: null,
    start: null,
    frames,
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeTextFile(out, text);
  for (const [remark, of] of groupedBy(remarks, (one) => one.remark)) {
    terminal.err(`note: ${namesOf(of.map((one) => one.file))}: ${remark}\n`);
  }
  const missing = missingOf(manifest);
  if (json) {
    for (const one of missing) terminal.err(`note: ${missingText(one)}\n`);
    terminal.out(text);
    return;
  }
  terminal.out(`${frameTable(manifest)}\nSeries: ${out}\n${whatToDo(missing, out)}`);
}

function frameTable({ frames }: Series): string {
  const head = [
    'file',
    'place',
    'WD, um',
    'stig x',
    'stig y',
    'px, nm',
    'dwell, ns',
    'kV',
    'read from',
  ];
  const number = (value: number | null, digits = 7) =>
    value === null ? '?' : String(Number(value.toPrecision(digits)));
  const rows = frames.map((frame) => [
    frame.file,
    frame.place,
    number(frame.workingDistanceUm),
    number(frame.stigmatorX),
    number(frame.stigmatorY),
    number(frame.pixelSizeNm, 5),
    number(frame.dwellTimeNs, 5),
    number(frame.beamVoltageKv, 4),
    frame.source ?? 'nothing',
  ]);
  return `${textTable([head, ...rows]).join('\n')}\n`;
}

function whatToDo(missing: readonly Missing[], out: string): string {
  const needed = missing.filter(({ isNeeded }) => isNeeded);
  const useful = missing.filter(({ isNeeded }) => !isNeeded);
  const lines = [
    ...(needed.length === 0
      ? []
      : [
          'Needed, to be written in place of null:',
          ...needed.map((one) => `  ${missingText(one)}`),
        ]),
    ...(useful.length === 0
      ? []
      : ['Would help, may stay null:', ...useful.map((one) => `  ${missingText(one)}`)]),
    'If the focus is known, write it into inFocusAt, e.g.',
    '  "inFocusAt": { "workingDistanceUm": 4500.0, "stigmatorX": 1.9, "stigmatorY": -0.2 }',
    `Then: semfocus validate ${out}`,
  ];
  return `${lines.join('\n')}\n`;
}

const filesNamed = 4;

function namesOf(files: readonly string[]): string {
  const named = files.slice(0, filesNamed).join(', ');
  return files.length > filesNamed ? `${named} and ${files.length - filesNamed} more` : named;
}

function missingText({ setting, files }: Missing): string {
  return `${setting} of ${namesOf(files)}${hints[setting] === undefined ? '' : ` (${hints[setting]})`}`;
}

const hints: { readonly [setting in Missing['setting']]?: string } = {
  workingDistanceUm: 'um; any origin, the same for all frames',
  pixelSizeNm: 'nm',
  stigmatorX: 'left null, the stigmators count as untouched',
  stigmatorY: 'left null, the stigmators count as untouched',
  dwellTimeNs: "ns; left null, the preset's",
};
