/** A number with its sign in ASCII, also `+0`; `write` writes its size. */
export function signed(value: number, write: (size: number) => string = String): string {
  return `${value < 0 ? '-' : '+'}${write(Math.abs(value))}`;
}
