import { describe, expect, it } from 'vitest';
import { perturbationUmOf, withDefaults } from './withDefaults.ts';

const defaults = { gain: 0.5, mode: 'fast', list: [1], limit: null };

describe('withDefaults', () => {
  it('puts what was asked for in the place of a default', () => {
    expect(withDefaults(defaults, undefined, 'mine')).toBe(defaults);
    expect(withDefaults(defaults, { gain: 1, limit: 3 }, 'mine')).toEqual({
      ...defaults,
      gain: 1,
      limit: 3,
    });
  });

  it.each([
    [{ gian: 1 }, 'parameters of mine: field must be gain, mode, list or limit. Received "gian"'],
    [{ toString: 1 }, 'parameters of mine: field must be gain'],
    [{ gain: '1' }, 'gain must be a number as its default, 0.5. Received "1"'],
    [{ list: {} }, 'list must be a list as its default, [1]. Received {}'],
    [[1], 'parameters of mine must be an object. Received list'],
    [null, 'parameters of mine must be an object. Received null'],
  ])('refuses %j', (given, message) => {
    expect(() => withDefaults(defaults, given, 'mine')).toThrow(message);
  });
});

it.each([{}, { perturbationUm: 0 }, { perturbationUm: '5' }])(
  'needs a perturbation: %j',
  (given) => {
    expect(() => perturbationUmOf(given, 'mine')).toThrow(
      'parameters of mine: perturbationUm must be a number above 0 um. Received',
    );
  },
);
