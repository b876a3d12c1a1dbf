export * from './axisTicks.ts';
export * from './Chart.ts';
export * from './drawChart.ts';
export * from './Theme.ts';
export { fitText, textWidth } from './textWidth.ts';
