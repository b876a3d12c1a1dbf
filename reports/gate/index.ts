export { comparisonConsole, comparisonMarkdown } from './comparisonText.ts';
export { gateConsole } from './gateConsole.ts';
export { comparisonJson, gateJson } from './gateJson.ts';
export { gateJunit } from './gateJunit.ts';
export { gateMarkdown } from './gateMarkdown.ts';
