export type { History, HistoryRun } from './History.ts';
export { historyFigures } from './historyFigures.ts';
export { historyOf, nameOf, type RunOfHistory } from './historyOf.ts';
export { courseHead, courseHeading, courseRows, runHead, runRow } from './historyRows.ts';
export { historyText } from './historyText.ts';
