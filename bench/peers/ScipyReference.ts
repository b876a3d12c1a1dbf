import { z } from 'zod';
import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import type { Aberration, Calibration, Rectangle } from '../../harness/microscope/index.ts';
import { FrameFolder } from './FrameFolder.ts';
import { Peer } from './Peer.ts';

const replySchema = z.object({
  optimumUm: z.tuple([z.number(), z.number(), z.number()]),
  cost: z.number(),
  costAtStart: z.number(),
  costAtCompared: z.number(),
  evaluations: z.number(),
  cpuMsSpectra: z.number(),
  cpuMsFit: z.number(),
});

/** Where L-BFGS-B ended, costs in nats with everything but (z, a, b) at its best. */
export interface ScipyFit {
  readonly optimum: Aberration;
  readonly cost: number;
  readonly costAtStart: number;
  readonly costAtCompared: number;
  readonly evaluations: number;
  readonly cpuMsSpectra: number;
  readonly cpuMsFit: number;
}

const timeoutMs = 120_000;

/** The marginal likelihood written in NumPy and searched by SciPy, in a Python process of its own. */
export class ScipyReference {
  readonly #peer: Peer;
  readonly #folder: FrameFolder;

  private constructor(peer: Peer, folder: FrameFolder) {
    this.#peer = peer;
    this.#folder = folder;
  }

  /** @throws PeerMissing if Python, NumPy or SciPy is not there. */
  static async start(python: string): Promise<ScipyReference> {
    const peer = await Peer.start(python, 'likelihood_scipy.py', 'pip install numpy scipy');
    return new ScipyReference(peer, await FrameFolder.create());
  }

  /**
   * @param start - Where the search begins.
   * @param compared - A state whose cost is wanted as well.
   * @param bandFraction - Part of Nyquist that is looked at.
   */
  async fit(
    pair: PerturbedPair,
    patch: Rectangle,
    calibration: Calibration,
    bandFraction: number,
    start: Aberration,
    compared: Aberration,
  ): Promise<ScipyFit> {
    const umToPx = (2 * pair.perturbationUm) / pair.pixelSizeNm;
    const { imageShiftNmPerUm: shift, convergenceMrad, psf } = calibration;
    const { optimumUm, ...reply } = await this.#peer.ask(
      {
        op: 'fit',
        ...(await this.#folder.store(pair)),
        patch: { x: patch.x, y: patch.y, width: patch.width },
        perturbationUm: pair.perturbationUm,
        pixelSizeUm: pair.pixelSizeNm * 1e-3,
        convergenceRad: convergenceMrad * 1e-3,
        disc: psf === 'disc',
        bandFraction,
        expectedShiftPx: [Math.round(shift.x * umToPx), Math.round(shift.y * umToPx)],
        startUm: [start.zUm, start.aUm, start.bUm],
        comparedUm: [compared.zUm, compared.aUm, compared.bUm],
      },
      replySchema,
      timeoutMs,
    );
    const [zUm, aUm, bUm] = optimumUm;
    return { optimum: { zUm, aUm, bUm }, ...reply };
  }

  async close(): Promise<void> {
    this.#peer.close();
    await this.#folder.remove();
  }
}
