/** Below this the power series, above it Hankel's expansion: both are good to 1e-10 here. */
const seriesLimit = 13;

/** Bessel function of the first kind of order 0, to 1e-10 absolute, for any finite x. */
export function besselJ0(x: number): number {
  const u = Math.abs(x);
  return u < seriesLimit ? powerSeries(0, u) : hankel(0, u);
}

/** Bessel function of the first kind of order 1, to 1e-10 absolute, for any finite x. */
export function besselJ1(x: number): number {
  const u = Math.abs(x);
  const value = u < seriesLimit ? powerSeries(1, u) : hankel(1, u);
  return x < 0 ? -value : value;
}

/** Sum of (-1)^k (x/2)^(2k+n) / (k! (k+n)!) (DLMF 10.2.2). */
function powerSeries(order: 0 | 1, x: number): number {
  const quarter = (x * x) / 4;
  let term = order === 0 ? 1 : x / 2;
  let sum = term;
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum) || k < quarter; k++) {
    term *= -quarter / (k * (k + order));
    sum += term;
    if (k > 60) break;
  }
  return sum;
}

/** sqrt(2/(pi x)) (P cos w - Q sin w), w = x - (n/2 + 1/4) pi (DLMF 10.17.3). */
function hankel(order: 0 | 1, x: number): number {
  const mu = 4 * order * order;
  let p = 0;
  let q = 0;
  let term = 1;
  for (let k = 0; k < 20; k++) {
    const sign = k % 4 < 2 ? 1 : -1;
    if (k % 2 === 0) p += sign * term;
    else q += sign * term;
    const next = (term * (mu - (2 * k + 1) ** 2)) / ((k + 1) * 8 * x);
    // The expansion is asymptotic: stop at its smallest term.
    if (Math.abs(next) >= Math.abs(term) || Math.abs(next) < 1e-17) break;
    term = next;
  }
  const w = x - (order / 2 + 0.25) * Math.PI;
  return Math.sqrt(2 / (Math.PI * x)) * (p * Math.cos(w) - q * Math.sin(w));
}
