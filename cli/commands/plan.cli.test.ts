import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listSuites } from '../../harness/experiment/suite/index.ts';
import { inProcess } from '../testing/inProcess.ts';
import { writeSuite } from '../testing/tinySuite.ts';

const suites = await listSuites();

describe('semfocus plan', () => {
  it.each(suites.map(({ name }) => name))('has no doubt that %s can be run', async (name) => {
    const { code, stdout, stderr } = await inProcess('plan', name, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ suite: name });
  });

  it('prints the command that runs what was planned, whole', async () => {
    const words = ['figure-5', '--algorithms', 'mapfost', '--psf=disc', '--workers', '2'];
    const { stdout } = await inProcess('--debug', 'plan', ...words);
    expect(stdout).toContain(
      'Run it with:\nsemfocus run figure-5 --algorithms mapfost --psf=disc --workers 2\n',
    );
    const folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
    const suite = await writeSuite(folder, 'my suite');
    const quoted = await inProcess('plan', suite, '--json');
    await rm(folder, { recursive: true });
    expect(JSON.parse(quoted.stdout).command).toBe(`semfocus run '${suite}'`);
  });
});
