// A program for tests, against the microscope of fakeRegistry: its frames hold the distance from best
// focus in their first three pixels, in hundredths, around 32768. Takes half of it back.
//
// node halvingProgram.mjs KIND [FAULT [AT]]: goes wrong at its AT-th answer after hello, from 1.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [kind = 'free', fault, at = '1'] = process.argv.slice(2);
const hello = {
  protocol: fault === 'future' ? 2 : 1,
  name: `halving-${kind}`,
  version: '3',
  kind,
  parameters: { gain: 0.5, ...(kind === 'pair' && { perturbationUm: 2 }) },
};
const names = ['workingDistanceUm', 'stigmatorX', 'stigmatorY'];
let answers = 0;
/**
 * As much of the messages as is read.
 *
 * @typedef {object} Message
 * @property {string} do
 * @property {boolean} [ok]
 * @property {number} seed
 * @property {{ gain: number }} parameters
 * @property {string} under
 * @property {string} over
 * @property {string} frame
 * @property {Record<string, number>} focus
 */
/** @type {Message} */
let task;
/** @type {Message[]} */
let iteration = [];

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = /** @type {Message} */ (JSON.parse(line));
  if (message.do === 'hello') return answer(fault === 'nameless' ? { protocol: 1 } : hello);
  answers += 1;
  const isTime = fault === 'endless' ? answers >= Number(at) : answers === Number(at);
  if (isTime && goWrong(message)) return undefined;
  return answer(kind === 'pair' ? estimate(message) : next(message));
});

/** @param {Message} message */
function estimate({ under, over, parameters }) {
  const [a, b] = [distances(under), distances(over)];
  const correction = a.map((value, i) => (-parameters.gain * (value + (b[i] ?? NaN))) / 2);
  return { correction: Object.fromEntries(names.map((name, i) => [name, correction[i]])) };
}

/**
 * What to ask for next: a frame, the state, another state, the end of the iteration.
 *
 * @param {Message} message
 */
function next(message) {
  if (message.do === 'run') task = message;
  if (message.do === 'run' || message.ok) {
    iteration = [];
    return { do: 'acquire' };
  }
  iteration.push(message);
  if (iteration.length === 2) return { do: 'step', diagnostics: { seed: task.seed } };
  const back = distances(message.frame).map((value) => -task.parameters.gain * value);
  const focus = names.map((name, i) => [name, (message.focus[name] ?? NaN) + (back[i] ?? NaN)]);
  return { do: 'writeFocus', focus: Object.fromEntries(focus) };
}

/** @param {string} path */
function distances(path) {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  return [0, 1, 2].map((i) => (bytes.readUInt16LE(start + 2 * i) - 32768) / 100);
}

/** @param {Message} message */
function goWrong(message) {
  switch (fault) {
    case 'crash':
      process.stderr.write('out of memory\n');
      return process.exit(3);
    case 'silent':
      process.stderr.write('thinking\n');
      return true;
    case 'chatty':
      return write('hello world');
    case 'nan':
      return write('{"correction": {"workingDistanceUm": NaN}}');
    case 'twice': {
      const text = JSON.stringify(estimate(message));
      return write(`${text}\n${text}`);
    }
    case 'refuse':
      return answer({ error: 'no licence' });
    case 'unknown':
      return answer({ do: 'bestFocus' });
    case 'endless':
      return answer({ do: 'readFocus' });
    case 'misspelt':
      return answer({ corection: {} });
    case 'far':
      return answer({ do: 'writeFocus', focus: { workingDistanceUm: 4900 } });
    case 'child': {
      // Keeps stdout open, and would outlive its parent.
      const { pid } = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], {
        stdio: 'inherit',
      });
      process.stderr.write(`child ${pid}\n`);
      return process.exit(1);
    }
    case 'deaf':
      for (;;);
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
