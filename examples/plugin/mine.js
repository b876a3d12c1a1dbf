// An algorithm of one's own as an ES module: semfocus run demo --plugin examples/plugin/mine.js
//
// Goes through working distance and stigmators in turn: a frame below, one above, a parabola through
// the sharpness of those two and of the best state so far, then smaller steps. Needs no calibration.

/** @type {import('semfocus/harness/algorithm').AlgorithmPlugin['algorithms']} */
export const algorithms = [
  {
    name: 'parabolas',
    version: '1',
    summary: 'Parabolas through the sharpness of three frames, one parameter after the other',
    parameters: { stepUm: 8, stepUnits: 3, shrink: 0.7 },
    run,
  },
];

/** @type {readonly import('semfocus/harness/microscope').FocusParameter[]} */
const names = ['workingDistanceUm', 'stigmatorX', 'stigmatorY'];

/**
 * @param {import('semfocus/harness/algorithm').AutofocusContext} context
 * @param {{ stepUm: number, stepUnits: number, shrink: number }} parameters
 */
async function* run({ microscope, frame, signal, clock }, { stepUm, stepUnits, shrink }) {
  const steps = { workingDistanceUm: stepUm, stigmatorX: stepUnits, stigmatorY: stepUnits };
  let focus = await microscope.readFocus({ signal });
  for (let iteration = 1; ; iteration++) {
    const before = focus;
    let framesUsed = 0;
    let computeMs = 0;
    /** @param {Partial<import('semfocus/harness/microscope').FocusState>} target */
    const sharpnessAt = async (target) => {
      await microscope.writeFocus(target, { signal });
      const { pixels } = await microscope.acquireFrame(frame, { signal });
      framesUsed += 1;
      const startMs = clock.nowMs();
      const value = sharpness(pixels);
      computeMs += clock.nowMs() - startMs;
      return value;
    };
    for (const name of names) {
      const step = steps[name];
      /** @param {number} offset */
      const at = (offset) => ({ [name]: focus[name] + offset });
      const low = await sharpnessAt(at(-step));
      const middle = await sharpnessAt(at(0));
      const high = await sharpnessAt(at(step));
      focus = await microscope.writeFocus(at(step * vertex(low, middle, high)), { signal });
      steps[name] = step * shrink;
    }
    const correction = {
      workingDistanceUm: focus.workingDistanceUm - before.workingDistanceUm,
      stigmatorX: focus.stigmatorX - before.stigmatorX,
      stigmatorY: focus.stigmatorY - before.stigmatorY,
    };
    yield { iteration, correction, focus, framesUsed, computeMs };
  }
}

/**
 * Where the parabola through values at -1, 0 and 1 is highest, or the better end.
 *
 * @param {number} low
 * @param {number} middle
 * @param {number} high
 */
function vertex(low, middle, high) {
  const bend = low - 2 * middle + high;
  if (bend >= 0) return low > high ? -1 : 1;
  return Math.max(-2, Math.min(2, (low - high) / (2 * bend)));
}

/**
 * Mean squared difference of neighbouring blocks of 4 x 4 px: single pixels differ by their noise.
 *
 * @param {import('semfocus/harness/microscope').GreyPixels} pixels
 */
function sharpness({ shape: [height, width], stride: [down, right], offset, data }) {
  const block = 4;
  const columns = Math.floor(width / block);
  const rows = Math.floor(height / block);
  const means = new Float64Array(columns * rows);
  for (let y = 0; y < rows * block; y++) {
    for (let x = 0; x < columns * block; x++) {
      const value = data[offset + y * down + x * right];
      means[Math.floor(y / block) * columns + Math.floor(x / block)] += value / block ** 2;
    }
  }
  let sum = 0;
  for (let y = 1; y < rows; y++) {
    for (let x = 1; x < columns; x++) {
      const here = means[y * columns + x];
      sum += (here - means[y * columns + x - 1]) ** 2 + (here - means[(y - 1) * columns + x]) ** 2;
    }
  }
  return sum / (columns * rows);
}
