import type { Command } from 'commander';
import type { PresetCalibration } from '../../harness/experiment/suite/index.ts';
import {
  calibrationOf,
  imperfectionKinds,
  imperfectionNames,
  type Preset,
  presetNamed,
  presets,
} from '../../sim/index.ts';
import { printList } from '../terminal/printList.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `semfocus presets`: the simulated instruments, or one of them in full. */
export function addPresetsCommand(command: Command, terminal: Terminal): void {
  command
    .argument('[preset]', 'name, file, random:SEED, each with changed imperfections')
    .option('--json', 'print one JSON document; for one instrument, a preset file to edit')
    .addHelpText(
      'after',
      `
An option that names an instrument takes one of
  merlin-real             a preset of the list
  mine.json               a file: {"extends": "merlin", "name": "mine", ...}
  random:17               drawn by a seed from wide ranges
  ranges.json:17          drawn from your own ("extends", "name", "ranges")
each followed by changed imperfections, or another beam current
  merlin-real~coma=0      without coma
  merlin~drift=50~charging=3
  merlin-real~all=bound   every imperfection at its upper bound
  merlin-real~all=0       no imperfections
  merlin~currentNanoAmp=0.3   for doses below that of the shortest dwell time

Examples:
  semfocus presets
  semfocus presets merlin-real
  semfocus presets random:17 --json > mine.json`,
    )
    .action((text: string | undefined, { json }: { json?: boolean }) => {
      if (text === undefined) {
        printList(presets, json === true, terminal);
        return;
      }
      const preset = presetNamed(text);
      terminal.out(
        json === true
          ? `${JSON.stringify(preset, null, 2)}\n`
          : describe(preset, calibrationOf(text)),
      );
    });
}

function describe(preset: Preset, { source, values }: PresetCalibration): string {
  const { beam, focus, stigmator, scan, detector } = preset;
  const [[ax, ay], [bx, by]] = stigmator.matrixUmPerUnit;
  const facts: [string, string][] = [
    [
      'beam',
      `${beam.voltageKv} kV, ${shown(beam.currentNanoAmp)} nA, ${shown(beam.convergenceMrad)} mrad`,
    ],
    ['probe', `${beam.psf}, in-focus spot ${shown(beam.residualSpotNm)} nm (SD)`],
    [
      'working distance',
      `${focus.workingDistanceUm} um, height unknown by +-${focus.heightRangeUm} um`,
    ],
    [
      'stigmator matrix',
      `[[${[ax, ay].map(shown)}], [${[bx, by].map(shown)}]] um per ${stigmator.unit}`,
    ],
    [
      'scan',
      `${shown(scan.pixelSizeNm)} nm pixels, ${scan.dwellTimeNs} ns, rotated by ${scan.rotationDeg} deg`,
    ],
    [
      'detector',
      `${detector.efficiency} counts per electron, ${detector.bitDepth} bit, levels ${detector.levels}`,
    ],
    [
      'calibration',
      `${source}${source === 'measured' ? ' by known moves' : ', as above'}: ${shown(values.convergenceMrad)} mrad, ${values.psf}; given to algorithms`,
    ],
  ];
  const head = `${preset.name}\n  ${preset.summary}\n\n${facts
    .map(([name, value]) => `  ${name.padEnd(18)}${value}\n`)
    .join('')}`;
  const rows = imperfectionNames.map((name) => {
    const { level, bound, status } = preset.imperfections[name];
    const { unit, summary } = imperfectionKinds[name];
    return [name, `${shown(level)}`, bound === undefined ? '' : `${bound}`, unit, status, summary];
  });
  const titles = ['imperfection', 'level', 'bound', 'unit', 'status', 'description'];
  const widths = titles.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  const line = (cells: string[]) =>
    `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd();
  return `${head}\n${[titles, ...rows].map(line).join('\n')}\n\nSources: semfocus presets ${preset.name} --json\n`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}
