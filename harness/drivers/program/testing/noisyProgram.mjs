// A microscope for tests: its frames are noise. node noisyProgram.mjs [FAULT [WORD [DIARY]]] goes wrong at the
// first question that says WORD in `do`, and keeps a diary. The beam is blanked when its input ends.
import { spawn } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [fault, at = 'acquire', diary] = process.argv.slice(2);
const knob = { unit: 'um', min: 0, max: 9000, settleTimeS: 0, settable: true };
const plain = { unit: 'px', settleTimeS: 0, settable: true };
const hello = {
  protocol: fault === 'future' ? 2 : 1,
  kind: 'microscope',
  description: {
    ...{ name: 'noisy', isSimulated: true, beamCurrentNanoAmp: 1, passes: 2, bitDepth: 8 },
    canBlankBeam: fault !== 'unblankable',
    parameters: {
      workingDistanceUm: knob,
      ...{ stigmatorX: plain, stigmatorY: plain, stageXUm: plain },
      stageYUm: { ...knob, min: -9000 },
      ...{ width: plain, height: plain, pixelSizeNm: plain },
      dwellTimeNs: { ...knob, unit: 'ns' },
    },
  },
  ...{ pixelSizeNm: 10, dwellTimeNs: 200 },
};
const focus = { workingDistanceUm: 4500, stigmatorX: 1, stigmatorY: 2 };
let stage = { xUm: 0, yUm: 0 };
let hasGoneWrong = false;
let exposed = 0;

/**
 * As much of a question as is read.
 *
 * @typedef {object} Question
 * @property {string} do
 * @property {string} folder
 * @property {number} width
 * @property {number} height
 * @property {number} pixelSizeNm
 * @property {number} dwellTimeNs
 * @property {{ width: number, height: number }} [region]
 * @property {object} [focus]
 * @property {{ xUm: number, yUm: number }} [stage]
 */
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const ask = /** @type {Question} */ (JSON.parse(line));
    if (ask.do === at && !hasGoneWrong && goWrong(ask)) {
      hasGoneWrong = true;
      return;
    }
    answer(answerTo(ask));
  })
  .on('close', () => {
    if (diary !== undefined) appendFileSync(diary, 'blanked\n');
  });

/** @param {Question} ask */
function answerTo(ask) {
  switch (ask.do) {
    case 'hello':
      return hello;
    case 'writeFocus':
      Object.assign(focus, ask.focus);
      return { focus };
    case 'readFocus':
      return { focus };
    case 'moveStage':
      stage = ask.stage ?? stage;
      return { stage };
    case 'readStage':
      return { stage };
    case 'acquire':
      return frame(ask);
    default:
      return { ok: true };
  }
}

/**
 * @param {Question} ask
 * @param {string} [type] Of NumPy.
 */
function frame({ folder, width, height, region, pixelSizeNm, dwellTimeNs }, type = '|u1') {
  const [w, h] = [region?.width ?? width, region?.height ?? height];
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${h}, ${w}), }`.padEnd(117);
  const head = Buffer.from(`\x93NUMPY\x01\x00v\x00${text}\n`, 'latin1');
  exposed += 1;
  const values = Buffer.from(Array.from({ length: w * h }, (_, i) => (i * i * 7 + exposed) % 251));
  writeFileSync(join(folder, 'f.npy'), Buffer.concat([head, values]));
  return { frame: 'f.npy', focus, pixelSizeNm, dwellTimeNs };
}

/** @param {Question} ask */
function goWrong(ask) {
  switch (fault) {
    case 'crash':
      process.stderr.write('out of memory\n');
      return process.exit(3);
    case 'silent':
      if (diary !== undefined) appendFileSync(diary, 'asked\n');
      return true;
    case 'slow':
      setTimeout(() => answer(answerTo(ask)), 300);
      return true;
    case 'rubbish':
      return write('hello world');
    case 'nan':
      return write('{"focus": NaN}');
    case 'misspelt':
      return answer({ ...frame(ask), fokus: 1 });
    case 'refuses':
      return answer({ error: { tag: 'Busy', message: 'the lens is busy', hint: 'wait' } });
    case 'range':
      return answer({
        error: {
          ...{ tag: 'OutOfRange', message: 'too far', parameter: 'workingDistanceUm' },
          ...{ requested: 1, allowed: 'less' },
        },
      });
    case 'fails':
      return answer({ error: 'the gun is off', hint: 'switch it on' });
    case 'elsewhere':
      return answer({ ...frame(ask), frame: '../f.npy' });
    case 'nothing':
      return answer({ ...frame(ask), frame: 'g.npy' });
    case 'floats':
      return answer(frame(ask, '<f8'));
    case 'child': {
      // Keeps stdout open, and would outlive its parent.
      const { pid } = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1e6)'], {
        stdio: 'inherit',
      });
      process.stderr.write(`child ${pid}\n`);
      return process.exit(1);
    }
    default:
      return false;
  }
}

/** @param {unknown} value */
function answer(value) {
  return write(JSON.stringify(value));
}

/** @param {string} text */
function write(text) {
  return process.stdout.write(`${text}\n`) || true;
}
