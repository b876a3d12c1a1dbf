import { z } from 'zod';
import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import type { Rectangle } from '../../harness/microscope/index.ts';
import { FrameFolder } from './FrameFolder.ts';
import { Peer, PeerMissing } from './Peer.ts';

export const packageVersion = '4.2.1';
const install = `pip install mapfost==${packageVersion} numpy scipy`;

/** What the package is told of the instrument, in its own terms. */
export interface PackageCalibration {
  /** Its "numerical aperture": absorbs that its frequency axis is four times too long. */
  readonly numAperture: number;
  readonly stigRotDeg: number;
  /** Its focal shift per stigmator unit, um. */
  readonly stigScaleUmPerUnit: number;
  /**
   * -1 where its axes and the instrument's are of opposite handedness, which no rotation can say:
   * the second stigmator then counts the other way round.
   */
  readonly handedness: 1 | -1;
  readonly useBessel: boolean;
}

/** Aberration as the package reports it, nothing turned or scaled on our side. */
export interface PackageState {
  readonly zUm: number;
  readonly x: number;
  readonly y: number;
}

/** What the package made of a pair. */
export interface PackageEstimate {
  /** One per patch; nothing where it gave up. */
  readonly states: readonly (PackageState | undefined)[];
  /** Its computing time per patch: by the clock, and what it had of a processor. */
  readonly ms: readonly number[];
  readonly cpuMs: readonly number[];
}

const replySchema = z.object({
  estimates: z.array(z.tuple([z.number(), z.number(), z.number()]).nullable()),
  ms: z.array(z.number()),
  cpuMs: z.array(z.number()),
});

/** A disc takes it a second per patch on an idle core; cores are not always idle. */
const timeoutPerPatchMs = 60_000;

/** The package `mapfost` of PyPI in a Python process of its own. */
export class PublishedPackage {
  readonly #peer: Peer;
  readonly #folder: FrameFolder;

  private constructor(peer: Peer, folder: FrameFolder) {
    this.#peer = peer;
    this.#folder = folder;
  }

  /** @throws PeerMissing if Python, the package or what it needs is not there, or it is another version. */
  static async start(python: string): Promise<PublishedPackage> {
    const peer = await Peer.start(python, 'mapfost_peer.py', install);
    if (peer.versions.package !== packageVersion) {
      peer.close();
      throw new PeerMissing(`${python} has mapfost ${peer.versions.package}; ${install}`);
    }
    return new PublishedPackage(peer, await FrameFolder.create());
  }

  get versions() {
    return this.#peer.versions;
  }

  /** Why it can be asked nothing any more. */
  get failure(): Error | undefined {
    return this.#peer.failure;
  }

  async estimate(
    pair: PerturbedPair,
    patches: readonly Rectangle[],
    calibration: Omit<PackageCalibration, 'handedness'>,
  ): Promise<PackageEstimate> {
    const stored = await this.#folder.store(pair);
    const { estimates, ...times } = await this.#peer.ask(
      {
        op: 'estimate',
        ...stored,
        patches: patches.map(({ x, y, width }) => ({ x, y, width })),
        perturbationUm: pair.perturbationUm,
        pixelSizeUm: pair.pixelSizeNm * 1e-3,
        numAperture: calibration.numAperture,
        stigRotDeg: calibration.stigRotDeg,
        stigScale: calibration.stigScaleUmPerUnit,
        useBessel: calibration.useBessel,
      },
      replySchema,
      patches.length * timeoutPerPatchMs,
    );
    const states = estimates.map((values) => {
      if (values === null) return undefined;
      const [zUm, x, y] = values;
      return { zUm, x, y };
    });
    return { states, ...times };
  }

  async close(): Promise<void> {
    this.#peer.close();
    await this.#folder.remove();
  }
}

/** Plain mean of the patches that succeeded, as SBEMimage takes it; nothing if none did. */
export function meanState(states: PackageEstimate['states']): PackageState | undefined {
  const found = states.filter((state) => state !== undefined);
  if (found.length === 0) return undefined;
  const mean = (key: keyof PackageState) =>
    found.reduce((sum, state) => sum + state[key], 0) / found.length;
  return { zUm: mean('zUm'), x: mean('x'), y: mean('y') };
}
