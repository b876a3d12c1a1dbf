export * from './consoleReport.ts';
export * from './Summary.ts';
export * from './summarise.ts';
