export {
  clearColumns,
  forwardColumns,
  forwardRows,
  inverseColumns,
  inverseRows,
  multiplyPairs,
} from './realFft2';
export { interpolateRows, locateRows, narrowCapsules } from './capsules';
export { greyRow, scale } from './grey';
export { adamStep, outerProducts, products } from './linear';
export { resampleRow } from './resample';
export { areMeans, replaceByCounts } from './poisson';

/** Below this address are the constants of the kernels. */
export function firstFreeByte(): usize {
  return __heap_base;
}
