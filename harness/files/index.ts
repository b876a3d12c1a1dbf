export { assertWritable } from './assertWritable.ts';
export { cannotWrite } from './cannotWrite.ts';
export { FolderLock, type LockRules } from './FolderLock.ts';
export { makeFolder } from './makeFolder.ts';
export { readIfPresent } from './readIfPresent.ts';
export { makeTemporaryFolder, removeLeftovers, temporaryFile } from './temporaryFile.ts';
export { writeAtomically } from './writeAtomically.ts';
