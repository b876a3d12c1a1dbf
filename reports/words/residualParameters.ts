import type { IterationStatistics } from '../summary/index.ts';
import { stigmatorUnit } from './stigmatorUnit.ts';

/** The three residuals in the order in which the report shows them. */
export const residualParameters = [
  {
    parameter: 'workingDistanceUm',
    statistics: 'absWorkingDistanceUm',
    margin: 'workingDistanceUm',
    name: 'working distance',
    unit: 'µm',
  },
  {
    parameter: 'stigmatorX',
    statistics: 'absStigmatorX',
    margin: 'stigmator',
    name: 'stigmator x',
    unit: stigmatorUnit,
  },
  {
    parameter: 'stigmatorY',
    statistics: 'absStigmatorY',
    margin: 'stigmator',
    name: 'stigmator y',
    unit: stigmatorUnit,
  },
] as const satisfies readonly { statistics: keyof IterationStatistics; [name: string]: string }[];
