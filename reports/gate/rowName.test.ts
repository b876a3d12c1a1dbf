import { describe, expect, it } from 'vitest';
import type { StratumComparison } from '../../harness/gate/index.ts';
import { rowName } from './rowName.ts';

const row = (algorithm: StratumComparison['algorithm']): StratumComparison => ({
  ...{ algorithm, metric: 'success', stratum: { specimen: ['tin'] }, label: 'tin' },
  ...{ pairs: 4, notApplicable: 0, candidateValues: [], difference: null },
});

describe('rowName', () => {
  it('says of several algorithms whose row it is, and of one alone nothing', () => {
    const own = { base: 'mapfost', candidate: 'mapfost' };
    expect(rowName(row({ ...own, isOneOfSeveral: false }))).toBe('success rate, tin');
    expect(rowName(row({ ...own, isOneOfSeveral: true }))).toBe('success rate, tin, mapfost');
  });
});
