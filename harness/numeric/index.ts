export * from './GreyImage.ts';
export * from './RandomStream.ts';
