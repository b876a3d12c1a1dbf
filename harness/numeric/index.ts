export {
  deadLines,
  emptinessOf,
  type FrameLines,
  frameFault,
  type GreyExtremes,
  greyExtremes,
} from './frameFaults.ts';
export { cropGreyImage, cropOfImage, type GreyImage, greyPixels } from './GreyImage.ts';
export { jinc, jincSlope } from './jinc.ts';
export { jincOfSquare } from './jincOfSquare.ts';
export { isFftLength, nextFftLength } from './kernels/fftLength.ts';
export { type NelderMeadOptions, nelderMead } from './nelderMead.ts';
export { phaseCorrelation } from './phaseCorrelation.ts';
export { RandomStream } from './RandomStream.ts';
export { type HalfSpectrum, RealFft2 } from './RealFft2.ts';
export { samplePoisson } from './samplePoisson.ts';
export { sha256OfFloats } from './sha256OfFloats.ts';
