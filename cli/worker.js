// Entry of a worker thread; see semfocus.js for why it is not TypeScript itself.
import { register } from 'tsx/esm/api';

register({ tsconfig: false });
export const { work } = await import('./worker.ts');
