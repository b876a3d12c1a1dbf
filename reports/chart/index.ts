export type {
  Axis,
  Belonging,
  Chart,
  ChartDash,
  ChartSymbol,
  Colour,
  LegendEntry,
  Mark,
  Panel,
  Tick,
} from './Chart.ts';
export { drawChart } from './drawChart.ts';
export { type Series, seriesNamed, seriesOf } from './looks/algorithmLooks.ts';
export { type Look, looksScript } from './looks/looksScript.ts';

export { belongingAttributes } from './svg.ts';
export { paperTheme, screenTheme } from './Theme.ts';
export { textWidth } from './textWidth.ts';
