export { htmlReport } from './htmlReport.ts';
export { paletteCss } from './paletteCss.ts';
export { galleryRecords } from './pictures/galleryRecords.ts';
export type { PreviewPngs } from './pictures/PreviewPngs.ts';
export { picturedFlips } from './pictures/picturedFlips.ts';
export type { Provenance } from './sections/provenanceSection.ts';
export type { ReportRun } from './sections/ReportRun.ts';
export { swatch } from './sections/swatch.ts';
export { validationPage } from './validationPage.ts';
