import type {
  Calibration,
  MicroscopeDescription,
  ParameterDescription,
  ParameterName,
} from '../../microscope/index.ts';
import { shifted } from './units.ts';
import type { Capabilities } from './wireRoutes.ts';

/** Name and unit of a parameter on both sides, and by how many places its decimal point moves. */
const parameters: Readonly<
  Record<
    ParameterName,
    {
      readonly name: keyof Capabilities['parameters'];
      /** Of the wire and of the contract; the stigmators have the instrument's own. */
      readonly units?: readonly [si: string, own: string];
      readonly places: number;
    }
  >
> = {
  workingDistanceUm: { name: 'working_distance', units: ['m', 'um'], places: 6 },
  stigmatorX: { name: 'stigmation_x', places: 0 },
  stigmatorY: { name: 'stigmation_y', places: 0 },
  stageXUm: { name: 'stage_x', units: ['m', 'um'], places: 6 },
  stageYUm: { name: 'stage_y', units: ['m', 'um'], places: 6 },
  width: { name: 'width', places: 0 },
  height: { name: 'height', places: 0 },
  pixelSizeNm: { name: 'pixel_size', units: ['m', 'nm'], places: 9 },
  dwellTimeNs: { name: 'dwell_time', units: ['s', 'ns'], places: 9 },
};
const parameterNames = Object.keys(parameters) as ParameterName[];

/** What a server says of its instrument. */
export function capabilitiesOf(
  description: MicroscopeDescription,
  calibration: Calibration | undefined,
): Capabilities {
  const { name, isSimulated, beamCurrentNanoAmp, passes, bitDepth, canBlankBeam } = description;
  const described = parameterNames.map((parameter) => {
    const { name: wireName, units, places } = parameters[parameter];
    const { settleTimeS, settable, ...numbers } = description.parameters[parameter];
    const { readBackTolerance, ...range } = moved(numbers, -places);
    return [
      wireName,
      {
        ...range,
        unit: units?.[0] ?? numbers.unit,
        settle_time: settleTimeS,
        settable,
        ...(readBackTolerance !== undefined && { read_back_tolerance: readBackTolerance }),
      },
    ];
  });
  return {
    api: 'semfocus',
    version: 1,
    name,
    is_simulated: isSimulated,
    beam_current: shifted(beamCurrentNanoAmp, -9),
    passes,
    bit_depth: bitDepth,
    can_blank_beam: canBlankBeam,
    can_hold: true,
    parameters: Object.fromEntries(described) as Capabilities['parameters'],
    ...(calibration && { calibration }),
  };
}

/** The description of an instrument whose server says this. */
export function descriptionOf(capabilities: Capabilities): MicroscopeDescription {
  const described = parameterNames.map((parameter) => {
    const { name: wireName, units, places } = parameters[parameter];
    const { settle_time, settable, read_back_tolerance, ...range } =
      capabilities.parameters[wireName];
    return [
      parameter,
      {
        ...moved(
          {
            ...range,
            ...(read_back_tolerance !== undefined && { readBackTolerance: read_back_tolerance }),
          },
          places,
        ),
        unit: units?.[1] ?? range.unit,
        settleTimeS: settle_time,
        settable,
      } satisfies ParameterDescription,
    ];
  });
  return {
    name: capabilities.name,
    isSimulated: capabilities.is_simulated,
    beamCurrentNanoAmp: shifted(capabilities.beam_current, 9),
    passes: capabilities.passes,
    bitDepth: capabilities.bit_depth,
    canBlankBeam: capabilities.can_blank_beam,
    parameters: Object.fromEntries(described) as MicroscopeDescription['parameters'],
  };
}

/** The numbers of a description in another unit; without those that are not there or endless. */
function moved(
  { min, max, step, readBackTolerance, choices }: Loose<ParameterDescription>,
  places: number,
): Partial<ParameterDescription> {
  const numbers = Object.entries({ min, max, step, readBackTolerance }).flatMap(([name, value]) =>
    value !== undefined && Number.isFinite(value) ? [[name, shifted(value, places)]] : [],
  );
  return {
    ...Object.fromEntries(numbers),
    ...(choices && { choices: choices.map((choice) => shifted(choice, places)) }),
  };
}

type Loose<T> = { readonly [Name in keyof T]?: T[Name] | undefined };
