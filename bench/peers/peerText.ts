import { conditionTables } from './conditionTable.ts';
import { methods, type PeerResult } from './measurePeers.ts';
import type { PublishedPackage } from './PublishedPackage.ts';
import { packageName } from './packageEntry.ts';
import { packagePerturbationUm, patchSidePx } from './peerSuite.ts';
import type { PeerOptions } from './readPeerOptions.ts';
import { optimumTable, timeTable } from './timeTables.ts';

/** What is to be known of all tables. */
export function peerHead(
  { package: version, python, numpy, scipy }: PublishedPackage['versions'],
  { seed, trajectories }: PeerOptions,
): string {
  const lines = [
    `${packageName}: version ${version}, Python ${python}, NumPy ${numpy}, SciPy ${scipy}, one thread. Seed ${seed}.`,
  ];
  if (trajectories > 0) {
    lines.push(
      '',
      'Mean residuals after each iteration, um and %; trajectories that ended inside the margins (1 um,',
      '0.25 %); median dose until these were reached for good; median time per pair of patches of',
      `${patchSidePx} px. T: half the difference of the two working distances.`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The tables of one preset and probe. */
export function peerTables(result: PeerResult, { rounds }: PeerOptions): string {
  const { preset, records, times } = result;
  const parts = [calibrationLine(result)];
  if (records.length > 0) parts.push(conditionTables(records, [packageName, ...methods]));
  if (times.length > 0) {
    parts.push(
      `processor time per pair of patches, ${preset}, 200 ns, T = ${packagePerturbationUm} um, methods in turns, median of ${rounds} rounds\n${timeTable(times)}`,
      `optimum of SciPy's L-BFGS-B on the marginal likelihood, from the closed form as mapfost; excess: cost at\nmapfost's estimate minus cost at SciPy's\n${optimumTable(times)}`,
    );
  }
  return `\n${parts.join('\n')}`;
}

function calibrationLine({ preset, psf, calibration, closure }: PeerResult): string {
  const { numAperture, stigRotDeg, stigScaleUmPerUnit, handedness } = calibration;
  return [
    `${preset}, ${psf}: the package calibrated itself to an aperture of ${(1e3 * numAperture).toFixed(2)} mrad (its frequency`,
    `axis is 4 times too long) and stigmators of ${stigScaleUmPerUnit.toFixed(2)} um per %, turned by ${stigRotDeg.toFixed(0)} deg${handedness < 0 ? ', the second' : ''}`,
    `${handedness < 0 ? 'one counted backwards' : 'as they are'}; induced moves come out ${closure.workingDistance.toFixed(2)} (wd) and ${closure.stigmators.toFixed(2)} (stig) times as large`,
    '',
  ].join('\n');
}
