/**
 * For programs of which several run at once: numeric libraries of Python would otherwise start a
 * thread per core each, and their sums would differ with the number of cores.
 */
export const oneThreadEnvironment: Readonly<Record<string, string>> = Object.fromEntries(
  ['OMP', 'OPENBLAS', 'MKL', 'NUMEXPR', 'VECLIB_MAXIMUM'].map((name) => [
    `${name}_NUM_THREADS`,
    '1',
  ]),
);
