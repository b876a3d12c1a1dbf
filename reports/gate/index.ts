export { comparisonConsole, comparisonMarkdown } from './comparisonText.ts';
export { flipCount, flipText } from './flipText.ts';
export { type GateConsoleOptions, gateConsole } from './gateConsole.ts';
export {
  errorRateText,
  gateSentence,
  samenessText,
  sidesText,
  verdictWords,
} from './gateHeadline.ts';
export { comparisonJson, gateJson } from './gateJson.ts';
export { gateJunit } from './gateJunit.ts';
export { gateMarkdown } from './gateMarkdown.ts';
export { rerunCommand } from './rerunCommand.ts';
export { rowsShown } from './rowName.ts';
export { ruleSentence } from './rowSentence.ts';
export { ruleCells, ruleHead } from './ruleCells.ts';
export { sideText } from './sideText.ts';
