import { describe, expect, it } from 'vitest';
import { ScriptedMicroscope } from '../../harness/microscope/testing/ScriptedMicroscope.ts';
import { type Opener, openMicroscope } from './openMicroscope.ts';

/** An instrument that says that it is no simulation. */
class Hardware extends ScriptedMicroscope {
  override async describe() {
    return { ...(await super.describe()), name: 'SEM 1', isSimulated: false };
  }
}

const simulation = { specimen: 'tissue', specimenPixelSize: 10, seed: 1, startUm: 1 };

function stand(microscope: ScriptedMicroscope): Readonly<Record<string, Opener>> {
  return { sem: async () => ({ microscope, pixelSizeNm: 10, dwellTimeNs: 200 }) };
}

describe('openMicroscope', () => {
  it('refuses hardware that is not armed: nothing moves, and it is closed', async () => {
    const hardware = new Hardware();
    const opening = openMicroscope('sem:1', simulation, false, stand(hardware));
    await expect(opening).rejects.toMatchObject({
      tag: 'ConfigError',
      message:
        '--arm must be given for hardware, which sem:1 is by its own account (SEM 1). Received nothing',
      hint: expect.stringContaining('docs/real-microscope.md'),
    });
    expect(hardware.calls.map(({ name }) => name)).toEqual(['close']);
  });

  it('refuses it by default', async () => {
    const { sem } = stand(new Hardware());
    const by = { sem } as Readonly<Record<string, Opener>>;
    await expect(openMicroscope('sem:1', simulation, undefined, by)).rejects.toThrow('--arm');
  });

  it.each([
    ['armed hardware', new Hardware(), true],
    ['a simulation', new ScriptedMicroscope(), false],
  ])('opens %s, and calls nothing', async (_name, microscope, arm) => {
    const opened = await openMicroscope('sem:1', simulation, arm, stand(microscope));
    expect(opened.microscope).toBe(microscope);
    expect(microscope.calls).toEqual([]);
  });
});
