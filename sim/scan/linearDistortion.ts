import type { RandomStream } from '../../harness/numeric/index.ts';
import type { ImperfectionLevels, ImperfectionName } from '../presets/imperfections.ts';

/** How far a pixel at (x, y) px from the centre of the raster lies from where it should be. */
export interface LinearDistortion {
  /** dx = xx * x + xy * y, dy = yx * x + yy * y. */
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly drawn: {
    readonly magnificationFactor: number;
    readonly rotationMrad: number;
    readonly shearMrad: number;
    readonly anisotropy: number;
  };
}

/**
 * Errors of the magnification, and of rotation, shear and anisotropy, drawn per frame.
 *
 * The image is larger by `magnificationFactor * (1 + magnification error)`, so that its pixels lie
 * closer together on the specimen. Rotation turns x towards y; shear is the change of the angle
 * between the axes; anisotropy is the pixel size along x over that along y, less 1.
 *
 * @param magnificationFactor - From the working distance; 1 where the instrument compensates it.
 */
export function linearDistortion(
  levels: Pick<ImperfectionLevels, 'magnificationError' | 'affineError'>,
  stream: (imperfection: ImperfectionName) => RandomStream,
  magnificationFactor: number,
): LinearDistortion {
  const magnification =
    1 + levels.magnificationError * 1e-3 * stream('magnificationError').normal();
  const affine = stream('affineError');
  const rotation = levels.affineError * 1e-3 * affine.normal();
  const shear = levels.affineError * 1e-3 * affine.normal();
  const anisotropy = levels.affineError * 1e-3 * affine.normal();
  const drawnFactor = magnificationFactor * magnification;
  const scale = 1 / drawnFactor;
  return {
    xx: scale * (1 + anisotropy / 2) - 1,
    xy: scale * (shear / 2 - rotation),
    yx: scale * (shear / 2 + rotation),
    yy: scale * (1 - anisotropy / 2) - 1,
    drawn: {
      magnificationFactor: drawnFactor,
      rotationMrad: rotation * 1e3,
      shearMrad: shear * 1e3,
      anisotropy,
    },
  };
}
