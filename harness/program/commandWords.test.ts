import { describe, expect, it } from 'vitest';
import { commandTitle, commandWords, helloByHand } from './commandWords.ts';

describe('a command', () => {
  const words = commandWords(`exec:python3 /data/my methods/a.py --name "one of mine"`);

  it('is split at blanks outside quotes', () => {
    expect(words).toEqual(['python3', '/data/my', 'methods/a.py', '--name', 'one of mine']);
  });

  it('is called without its folders, and tried by hand with them', () => {
    const [, ...rest] = commandWords(`exec:python3 '/data/my methods/a.py' 'b;c'`);
    expect(commandTitle(rest)).toBe('a.py b;c');
    expect(helloByHand(rest)).toBe(
      `try it by hand: echo '{"do": "hello", "protocol": 1}' | '/data/my methods/a.py' 'b;c'`,
    );
  });

  it.each(['exec:', 'exec:""', `exec:python3 'a.py`])('is refused: %s', (text) => {
    expect(() => commandWords(text)).toThrow(/the command|followed by a command/);
  });
});
