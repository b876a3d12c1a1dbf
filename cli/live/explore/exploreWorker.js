// Entry of the thread of the virtual microscope; see semfocus.js for why it is not TypeScript itself.
import { register } from 'tsx/esm/api';

register({ tsconfig: false });
await import('./exploreWorker.ts');
