/** A rectangle in px; y grows downwards. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function overlaps(p: Box, q: Box): boolean {
  return (
    p.left < q.left + q.width &&
    q.left < p.left + p.width &&
    p.top < q.top + q.height &&
    q.top < p.top + p.height
  );
}

export function contains(outer: Box, inner: Box): boolean {
  return (
    inner.left >= outer.left - 0.5 &&
    inner.top >= outer.top - 0.5 &&
    inner.left + inner.width <= outer.left + outer.width + 0.5 &&
    inner.top + inner.height <= outer.top + outer.height + 0.5
  );
}
