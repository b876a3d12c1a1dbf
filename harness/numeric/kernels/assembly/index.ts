export { forwardColumns, forwardRows, inverseColumns, inverseRows } from './realFft2';
export { interpolateRows, locateRows, narrowCapsules } from './capsules';
export { adamStep, outerProducts, products } from './linear';
export { areMeans, replaceByCounts } from './poisson';

/** Below this address are the constants of the kernels. */
export function firstFreeByte(): usize {
  return __heap_base;
}
