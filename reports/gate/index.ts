export * from './comparisonText.ts';
export * from './gateConsole.ts';
export * from './gateJson.ts';
export * from './gateJunit.ts';
export * from './gateMarkdown.ts';
