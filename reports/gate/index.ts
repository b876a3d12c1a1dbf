export { comparisonConsole, comparisonMarkdown } from './comparisonText.ts';
export { flipCount, flipText } from './flipText.ts';
export { gateConsole } from './gateConsole.ts';
export {
  effectOrder,
  errorRateText,
  orderedResults,
  regressionText,
  samenessText,
  verdictWords,
} from './gateHeadline.ts';
export { comparisonJson, gateJson } from './gateJson.ts';
export { gateJunit } from './gateJunit.ts';
export { gateMarkdown } from './gateMarkdown.ts';
export { rerunCommand } from './rerunCommand.ts';
export { ruleSentence } from './rowSentence.ts';
export { ruleCells, ruleHead } from './ruleCells.ts';
export { sideText } from './sideText.ts';
