/**
 * Records the golden frames anew: npm run make:frames. Only after physicsVersion
 * was raised, or when a case was added.
 */
import { writeFileSync } from 'node:fs';
import { physicsVersion } from '../../createSimulatedMicroscope.ts';
import { goldenRecordOf } from './GoldenRecord.ts';
import { goldenCases } from './goldenCases.ts';
import { renderGoldenFrame } from './renderGoldenFrame.ts';

for (const golden of goldenCases) {
  const record = goldenRecordOf(await renderGoldenFrame(golden), physicsVersion);
  const file = new URL(`${golden.name}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(record, undefined, 2)}\n`);
}
