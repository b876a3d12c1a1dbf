import { unknownName } from '../../../harness/config/index.ts';
import {
  describeAlgorithm,
  dwellTimesOf,
  type PresetEntry,
  type Registry,
  type Suite,
} from '../../../harness/experiment/suite/index.ts';
import { type Calibration, ConfigError } from '../../../harness/microscope/index.ts';
import type { Scenario } from '../../../harness/record/index.ts';
import type { Instrument } from '../../instrument/openInstrument.ts';

/** The method that focuses before and after each trajectory, unless another is named: that of the article. */
export const usualReference = 'mapfost';

/** What lies on the stage is not known. */
const specimen = { name: 'as-mounted', summary: 'what lies under the instrument' };

/** What a suite is planned with. */
interface SuiteAndRegistry {
  readonly suite: Suite;
  readonly registry: Registry;
}

/**
 * A suite as it runs on an instrument, and a registry that knows nothing else: presets, probes and
 * specimens of the suite give way to the one instrument and what lies under it.
 *
 * @param told - What the algorithms are told of the instrument.
 * @param method - Name of the reference method.
 * @throws ConfigError if the suite varies the instrument, or the method works on no pairs or does not fit the frames.
 */
export function planOnInstrument(
  { suite, registry }: SuiteAndRegistry,
  { description, pixelSizeNm, dwellTimeNs }: Instrument,
  told: Calibration,
  method: string,
): SuiteAndRegistry {
  if (suite.axes !== undefined) {
    throw new ConfigError(
      `suite ${suite.name} varies the simulated instrument, which no microscope lets a program do`,
      { hint: 'semfocus suites lists the others' },
    );
  }
  const { name, beamCurrentNanoAmp, passes, parameters } = description;
  const scan = { pixelSizeNm, dwellTimeNs, beamCurrentNanoAmp, passes };
  const entry: PresetEntry = {
    ...{ name, summary: name, ...scan, scanRotationDeg: 0 },
    instrument: {
      hasStage: parameters.stageXUm.settable && parameters.stageYUm.settable,
      reference: referenceFor(method, { suite, registry }, scan),
    },
    psf: told.psf,
    calibration: told,
    calibrationFor: () => ({ source: 'nominal', values: told }),
  };
  return {
    suite: {
      ...suite,
      ...{ presets: [name], psf: [told.psf], specimens: [specimen.name] },
      // The instrument may be set otherwise when the run is resumed, which has to be noticed.
      frame: { pixelSizeNm, ...suite.frame },
    },
    registry: {
      ...registry,
      presetNamed: () => entry,
      specimens: new Map([[specimen.name, specimen]]),
      physicsVersion: 'instrument',
    },
  };
}

/** With the parameters that the suite gives the method, at the longest dwell time of the suite. */
function referenceFor(
  name: string,
  { suite, registry }: SuiteAndRegistry,
  scan: Parameters<typeof dwellTimesOf>[2],
): NonNullable<Scenario['instrument']>['reference'] {
  const methods = [...registry.algorithms.values()].filter(
    ({ createEstimator }) => createEstimator,
  );
  const entry = methods.find((one) => one.name === name);
  if (entry === undefined) {
    const names = methods.map((one) => one.name);
    throw unknownName('--reference', name, names);
  }
  const listed = suite.algorithms.find((one) => one.name === name);
  return {
    algorithm: describeAlgorithm(entry, listed?.parameters, suite.frame, '--reference'),
    dwellTimeNs: Math.max(...suite.algorithms.flatMap((one) => dwellTimesOf(one, suite, scan))),
  };
}
