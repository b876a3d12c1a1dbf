/** Adds up the differences along a row (Predictor 2), in place; they wrap around at the depth. */
export function undoPrediction(row: Uint8Array | Uint16Array, samplesPerPixel: number): void {
  for (let i = samplesPerPixel; i < row.length; i++) row[i] = row[i]! + row[i - samplesPerPixel]!;
}

const reversed = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = 0;
  for (let i = 0; i < 8; i++) bits |= ((byte >> i) & 1) << (7 - i);
  return bits;
});

/** The bytes with their bits in the other order (FillOrder 2). */
export function reversedBits(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => reversed[byte]!);
}
