export * from './bessel.ts';
export * from './ComplexFft.ts';
export * from './GreyImage.ts';
export * from './jinc.ts';
export * from './poisson.ts';
export * from './RandomStream.ts';
export * from './RealFft2.ts';
