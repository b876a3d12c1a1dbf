import { describe, expect, it } from 'vitest';
import { seriesIndices } from './algorithmLooks.ts';

describe('seriesIndices', () => {
  it('gives an algorithm that comes along its own look in every report', () => {
    for (const others of [[], ['afss', 'mine'], ['aaa', 'deepscore-512', 'zzz']]) {
      expect(seriesIndices([...others, 'mapfost']).get('mapfost')).toBe(2);
    }
  });

  it('gives others the first looks that are not taken, by name', () => {
    const indices = seriesIndices(['zoom', 'deepscore-512', 'mine', 'mapfost (patches=2)']);
    expect(Object.fromEntries(indices)).toEqual({
      'deepscore-512': 1,
      'mapfost (patches=2)': 0,
      mine: 2,
      zoom: 3,
    });
  });
});
