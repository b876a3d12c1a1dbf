import { describe, expect, it } from 'vitest';
import { listSuites } from '../../harness/experiment/suite/index.ts';
import { inProcess } from '../testing/inProcess.ts';

const suites = await listSuites();

describe('semfocus plan', () => {
  it.each(suites.map(({ name }) => name))('has no doubt that %s can be run', async (name) => {
    const { code, stdout, stderr } = await inProcess('plan', name, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ suite: name });
  });
});
