export * from './axisTicks.ts';
export * from './Chart.ts';
export * from './drawChart.ts';
export { dashLengths, strokeSymbols, symbolPath } from './symbolPath.ts';
export * from './Theme.ts';
export { fitText, textWidth } from './textWidth.ts';
