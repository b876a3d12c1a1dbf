import { describe, expect, it } from 'vitest';
import { wrapText } from './wrapText.ts';

describe('wrapText', () => {
  it('breaks at spaces and begins further lines with the indent', () => {
    expect(wrapText('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrapText('one two three four', 9, 2)).toEqual(['one two', '  three', '  four']);
  });

  it('keeps what is between words, and a word that is too long', () => {
    expect(wrapText('FAIL     one', 80)).toEqual(['FAIL     one']);
    expect(wrapText('a longword b', 4)).toEqual(['a', 'longword', 'b']);
  });
});
