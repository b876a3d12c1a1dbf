import type { AutofocusStep } from '../../harness/algorithm/index.ts';
import {
  type AcquisitionLog,
  type FocusState,
  focusParameters,
  type MicroscopeDescription,
} from '../../harness/microscope/index.ts';

/** The columns of {@link focusTrace}, with the units of the instrument. */
export function focusTraceHead({ parameters }: MicroscopeDescription): string {
  const { unit } = parameters.stigmatorX;
  const heads = ['wd, µm', `stig x, ${unit}`, `stig y, ${unit}`].map(
    (text) => `${text.padStart(valueWidth)}  ${'correction'.padEnd(changeWidth)}`,
  );
  return `${'#'.padStart(5)}${heads.join('')} frames${'e/nm²'.padStart(8)}${'ms'.padStart(7)}`;
}

/**
 * One line of a trace: the state reached, what led there with one standard deviation, and what has
 * been spent so far.
 *
 * @param step - Left out for the start.
 */
export function focusTrace(
  focus: FocusState,
  log: Pick<AcquisitionLog, 'frames' | 'doseElectronsPerNm2'>,
  step?: Pick<AutofocusStep, 'iteration' | 'correction' | 'correctionSd' | 'computeMs'>,
): string {
  const columns = focusParameters.map((name) => {
    const change =
      step === undefined
        ? ''
        : signed(step.correction[name]) +
          (step.correctionSd === undefined ? '' : ` ± ${step.correctionSd[name].toFixed(2)}`);
    return `${focus[name].toFixed(2).padStart(valueWidth)}  ${change.padEnd(changeWidth)}`;
  });
  const number = step === undefined ? 'start' : String(step.iteration);
  const computeMs = step === undefined ? '' : step.computeMs.toFixed(0);
  return `${number.padStart(5)}${columns.join('')}${String(log.frames).padStart(7)}${log.doseElectronsPerNm2.toFixed(1).padStart(8)}${computeMs.padStart(7)}`.trimEnd();
}

const valueWidth = 9;
/** `-12.34 ± 0.12` */
const changeWidth = 13;

function signed(value: number): string {
  const size = Math.abs(value).toFixed(2);
  return Number(size) === 0 ? ` ${size}` : `${value < 0 ? '-' : '+'}${size}`;
}
