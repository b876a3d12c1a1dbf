export { checkedEstimator } from './checkedEstimator.ts';
