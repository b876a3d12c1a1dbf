// Entry of the thread of the virtual microscope.
import { compiled } from '../../compiled.js';

await import(await compiled('exploreWorker'));
