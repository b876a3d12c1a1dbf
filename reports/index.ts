export * from './consoleReport.ts';
export * from './formatNumber.ts';
export { type GalleryChoice, galleryRecords } from './html/galleryRecords.ts';
export type { PreviewPngs } from './html/gallerySection.ts';
export { type HtmlReportInput, htmlReport } from './html/htmlReport.ts';
export type { Provenance } from './html/provenanceSection.ts';
export * from './Summary.ts';
export * from './summarise.ts';
export * from './textTable.ts';
