// Entry of a worker thread.
import { compiled } from '../compiled.js';

export const { work } = await import(await compiled('worker'));
