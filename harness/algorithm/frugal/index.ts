export { frugalEntry } from './frugalEntry.ts';
