export { RecordStore } from './RecordStore.ts';
