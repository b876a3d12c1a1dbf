import type { TrajectoryRecord } from '../../../harness/record/index.ts';
import { escapeHtml } from '../../words/index.ts';

/** What the caller knows of where the records come from: versions, commands, machines. */
export type Provenance = Readonly<Record<string, string>>;

/** What seeds that are secret are called in public. */
export type SeedNames = ReadonlyMap<number, string>;

/** The caller's entries, then what the records themselves say. */
export function provenanceSection(
  records: readonly TrajectoryRecord[],
  provenance: Provenance,
  seedNames: SeedNames,
): string {
  const distinct = (values: readonly (string | number)[]) =>
    [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const algorithms = distinct(
    records.map(({ scenario: { algorithm } }) => {
      const { name, version, parameters, modelSha256, sourceSha256 } = algorithm;
      const model = modelSha256 === undefined ? '' : `, model SHA-256 ${modelSha256}`;
      const source = sourceSha256 === undefined ? '' : `, source SHA-256 ${sourceSha256}`;
      return `${name} ${version}${model}${source}, ${JSON.stringify(parameters)}`;
    }),
  );
  const entries: readonly (readonly [string, readonly (string | number)[]])[] = [
    ...Object.entries(provenance).map(([name, value]) => [name, [value]] as const),
    ['Records', [records.length]],
    ['Seeds', distinct(records.map(({ scenario: { seed } }) => seedNames.get(seed) ?? seed))],
    ['Physics version', distinct(records.map(({ scenario }) => scenario.physicsVersion))],
    [
      'Frames',
      distinct(
        records.map(
          ({ scenario: { frame } }) =>
            `${frame.width} × ${frame.height} px of ${frame.pixelSizeNm} nm, ${frame.dwellTimeNs} ns`,
        ),
      ),
    ],
    ['Algorithms', algorithms],
  ];
  const shown = entries.filter(([, values]) => values.length > 0);
  return `<dl class="provenance">${shown
    .map(
      ([name, values]) =>
        `<dt>${escapeHtml(name)}</dt><dd>${values.map((value) => `<code>${escapeHtml(String(value))}</code>`).join('<br>')}</dd>`,
    )
    .join('\n')}</dl>`;
}
