import {
  type FocusState,
  type FrameRequest,
  focusParameters,
  type MicroscopeDescription,
  type ParameterDescription,
  type ParameterName,
} from '../../microscope/index.ts';

const units: Readonly<Partial<Record<ParameterName, string>>> = {
  workingDistanceUm: 'um',
  stageXUm: 'um',
  stageYUm: 'um',
  width: 'px',
  height: 'px',
  pixelSizeNm: 'nm',
  dwellTimeNs: 'ns',
};
/** A lens that needs longer than this was given another unit. */
const longestSettlingS = 60;

/** Everything in a description that is missing or contradicts itself, one sentence each. */
export function describedFaults(
  description: MicroscopeDescription,
  now: FocusState,
  frame: FrameRequest,
): string[] {
  const { name, beamCurrentNanoAmp, passes, parameters } = description;
  const { stigmatorX, stigmatorY, dwellTimeNs } = parameters;
  const faults = Object.entries(parameters).flatMap(([parameter, described]) =>
    parameterFaults(described, units[parameter as ParameterName]).map(
      (fault) => `${parameter} ${fault}`,
    ),
  );
  if (name.trim() === '') faults.push('the name is empty');
  if (!(beamCurrentNanoAmp > 0 && Number.isFinite(beamCurrentNanoAmp))) {
    faults.push(`the beam current is ${beamCurrentNanoAmp} nA: no dose can be reckoned`);
  }
  if (!(Number.isInteger(passes) && passes >= 1)) faults.push(`passes is ${passes}`);
  if (stigmatorX.unit !== stigmatorY.unit) {
    faults.push(`stigmatorX is in ${stigmatorX.unit} and stigmatorY in ${stigmatorY.unit}`);
  }
  for (const parameter of focusParameters) {
    const described = parameters[parameter];
    if (!described.settable) faults.push(`${parameter} cannot be set`);
    if (!hasRange(described)) faults.push(`${parameter} has no range`);
    if (!isInside(described, now[parameter])) {
      faults.push(`${parameter} is now ${now[parameter]} ${described.unit}, outside its range`);
    }
  }
  if (!hasRange(dwellTimeNs)) faults.push('dwellTimeNs has neither range nor choices');
  for (const parameter of ['width', 'height', 'pixelSizeNm', 'dwellTimeNs'] as const) {
    const described = parameters[parameter];
    if (isInside(described, frame[parameter])) continue;
    faults.push(
      `${parameter} of the frames, ${frame[parameter]} ${described.unit}, is not allowed`,
    );
  }
  return faults;
}

function parameterFaults(
  { unit, min, max, step, choices, settleTimeS, readBackTolerance }: ParameterDescription,
  wanted: string | undefined,
): string[] {
  const faults: string[] = [];
  if (unit === '' || (wanted !== undefined && unit !== wanted)) {
    faults.push(
      `has the unit ${JSON.stringify(unit)}${wanted === undefined ? '' : `, not ${wanted}`}`,
    );
  }
  const range = (max ?? Number.POSITIVE_INFINITY) - (min ?? Number.NEGATIVE_INFINITY);
  if (!(range > 0)) faults.push(`has the range ${min} to ${max}`);
  if (step !== undefined && !(step > 0 && step <= range)) faults.push(`has the step ${step}`);
  if (!(settleTimeS >= 0 && settleTimeS <= longestSettlingS)) {
    faults.push(`settles for ${settleTimeS} s`);
  }
  if (readBackTolerance !== undefined && !(readBackTolerance >= 0 && readBackTolerance < range)) {
    faults.push(`has the read-back tolerance ${readBackTolerance}`);
  }
  if (choices === undefined) return faults;
  const isAscending = choices.every((choice, i) => i === 0 || choice > (choices[i - 1] ?? choice));
  if (choices.length === 0 || !isAscending) faults.push('has choices that do not ascend');
  if (choices.some((choice) => !(choice >= (min ?? choice) && choice <= (max ?? choice)))) {
    faults.push('has choices outside its range');
  }
  return faults;
}

function hasRange({ min, max, choices }: ParameterDescription): boolean {
  return choices !== undefined || (min !== undefined && max !== undefined);
}

function isInside(
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, choices }: ParameterDescription,
  value: number,
): boolean {
  return value >= min && value <= max && (choices === undefined || choices.includes(value));
}
