import { describe, expect, it } from 'vitest';
import { modelNotes } from './modelNotes.ts';

const run = (name: string, digits: string) => ({
  name,
  algorithms: [
    { name: 'net', version: '1', modelSha256: digits.repeat(32) },
    { name: 'mapfost', version: '1', modelSha256: null },
  ],
});

describe('modelNotes', () => {
  it('says which of two networks of one name is in which folder', () => {
    expect(modelNotes([run('old', 'aa'), run('new', 'bb'), run('again', 'aa')])).toEqual([
      'net is 2 networks: aaaaaaaaaaaa in old and again, bbbbbbbbbbbb in new',
    ]);
  });

  it('says nothing of the same network in several folders', () => {
    expect(modelNotes([run('a', 'aa'), run('b', 'aa')])).toEqual([]);
  });
});
