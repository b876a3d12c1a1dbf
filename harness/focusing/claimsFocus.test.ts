import { describe, expect, it } from 'vitest';
import { claimsFocus } from './claimsFocus.ts';

const margins = { workingDistanceUm: 1, stigmator: 0.25 };
const values = (workingDistanceUm: number, stigmator: number) => ({
  ...{ workingDistanceUm, stigmatorX: -stigmator, stigmatorY: stigmator },
});
/** One standard deviation each. */
const sds = (workingDistanceUm: number, stigmator: number) => ({
  ...{ workingDistanceUm, stigmatorX: stigmator, stigmatorY: stigmator },
});
const step = {
  ...{ iteration: 1, framesUsed: 2, computeMs: 1, focus: values(4500, 1) },
  correction: values(-1, 0.25),
  correctionSd: sds(0.5, 0.125),
};

describe('claimsFocus', () => {
  it.each([
    ['what had to be corrected and its uncertainty are inside', {}, true],
    ['the correction was larger', { correction: values(1.01, 0) }, false],
    ['a stigmator was off', { correction: values(0, 0.26) }, false],
    ['it is not sure enough', { correctionSd: sds(0.51, 0.1) }, false],
    ['it is not sure of a stigmator', { correctionSd: sds(0.1, 0.13) }, false],
    ['it has seen nothing', { declined: 'blank' }, false],
    ['it does not know', { correctionSd: sds(Number.NaN, 0) }, false],
  ])('%s', (_name, changed, expected) => {
    expect(claimsFocus([{ ...step, ...changed }], margins)).toBe(expected);
  });

  it('never of one that does not say how sure it is', () => {
    const { correctionSd: _, ...silent } = step;
    expect(claimsFocus([{ ...silent, correction: values(0, 0) }], margins)).toBe(false);
  });

  it('asks of each parameter when it was last looked at', () => {
    const wd = { ...step, correction: values(0.5, 0), correctionSd: sds(0.1, 0) };
    const stigmators = { ...step, correction: values(0, 0.1), correctionSd: sds(0, 0.1) };
    const far = { ...wd, correction: values(3, 0) };
    expect(claimsFocus([wd], margins)).toBe(false);
    expect(claimsFocus([wd, stigmators], margins)).toBe(true);
    expect(claimsFocus([wd, far, stigmators], margins)).toBe(false);
    expect(claimsFocus([far, stigmators, wd], margins)).toBe(true);
  });

  it('knows nothing before the first step', () => {
    expect(claimsFocus([], margins)).toBe(false);
  });
});
