export { isOfOtherSchema, parseStored } from './parseStored.ts';
export { byBeginning, readProvenance, writeProvenance } from './provenanceFile.ts';
export { ResultFiles, resultsLock, storedLine, storedLines } from './ResultFiles.ts';
export { type RecordFile, readRecordLines } from './readRecordLines.ts';
export { readPlanHeader, readRecordFile, readRecords, recordFiles } from './readRecords.ts';
export type { PartialFile as Partial, Stored, StoredLine, StoreFiles } from './StoreFiles.ts';
export { whichCounts } from './whichCounts.ts';
export { writeLines } from './writeLines.ts';
