import { expect, it } from 'vitest';
import { loadSuite } from './loadSuite.ts';
import { suiteSets } from './suiteSets.ts';

it.each(suiteSets)('the set $name has suites that exist, and algorithms of theirs', async (set) => {
  for (const { suite, algorithms = [] } of set.suites) {
    const names = (await loadSuite(suite)).algorithms.map(({ name }) => name);
    for (const algorithm of algorithms) expect(names, suite).toContain(algorithm);
  }
});

it('tells who asks for a set as for a suite what is in it', async () => {
  await expect(loadSuite('article')).rejects.toThrow(
    /^article is a set of suites\. Choose one of them: figure-2, .*, architectures$/,
  );
});
