export { type Look, looksScript } from './chart/index.ts';
export { paperFigures } from './figures/article/index.ts';
export {
  type Reporter,
  type ReportInput,
  reporters,
  type StoredBaseline,
  type StoredRecord,
} from './formats/index.ts';
export {
  comparisonConsole,
  comparisonJson,
  comparisonMarkdown,
  type GateConsoleOptions,
  gateConsole,
  gateJson,
  gateJunit,
  gateMarkdown,
} from './gate/index.ts';
export {
  type History,
  historyOf,
  historyText,
  nameOf,
  type RunOfHistory,
} from './history/index.ts';
export {
  historyPage,
  htmlReport,
  type PreviewPngs,
  paletteCss,
  type ReportRun,
  validationPage,
} from './html/index.ts';
export {
  imperfectionUnits,
  rowAt,
  type Summary,
  type SummaryGroup,
  summarise,
} from './summary/index.ts';
export { type DictionaryEntry, dataDictionary } from './table/index.ts';
export { validationText } from './validation/index.ts';
export { type Cell, formatNumber, printable, textTable } from './words/index.ts';
