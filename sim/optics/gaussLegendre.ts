/** Nodes and weights of a quadrature rule. */
export interface QuadratureRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Gauss-Legendre rule on [0, 1]; the weights sum to 1. Exact for polynomials of degree 2n - 1.
 *
 * Zeros of the Legendre polynomial by Newton's method.
 *
 * @param n - Number of nodes, >= 1.
 * @see Abramowitz, Stegun, 25.4.29 and 22.7.10
 */
export function gaussLegendre(n: number): QuadratureRule {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 1; Math.abs(step) > 1e-15; x -= step) {
      let value = x;
      let before = 1;
      for (let k = 2; k <= n; k++) {
        const next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
        before = value;
        value = next;
      }
      slope = (n * (x * value - before)) / (x * x - 1);
      step = value / slope;
      if (Math.abs(step) < 1e-14) break;
    }
    nodes[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}
