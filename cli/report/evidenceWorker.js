// Entry of the thread that reads one side of a comparison.
import { compiled } from '../compiled.js';

export const { read } = await import(await compiled('evidenceWorker'));
