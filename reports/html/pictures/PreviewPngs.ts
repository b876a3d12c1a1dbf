/** The kept frames of one trajectory, as PNG files; one px of them is one px of the frame. */
export interface PreviewPngs {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly inFocus: Uint8Array;
}
