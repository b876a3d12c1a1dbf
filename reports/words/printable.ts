/**
 * Text from a record without control characters: a specimen's name must not be able to move the
 * cursor of the terminal it is printed on.
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
