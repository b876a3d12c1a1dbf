import type { Quantity } from './quantity.ts';
import type { VendorSettings } from './StatedSettings.ts';

/** Pairs differ by some um: what is written in larger steps says nothing of them. */
const coarsestStepUm = 1;

/** A working distance as it is written, or the remark that it cannot tell two frames of a pair apart. */
export function statedDistance(
  written: Quantity | undefined,
): Pick<VendorSettings, 'workingDistanceUm' | 'remarks'> {
  if (written === undefined || !(written.value > 0)) return { remarks: [] };
  const { value, step } = written;
  if (step <= coarsestStepUm) return { workingDistanceUm: value, remarks: [] };
  return {
    remarks: [
      `the working distance is written as ${Number(value.toPrecision(9))} um in steps of ${step} um, too coarse to tell two frames of a pair apart`,
    ],
  };
}
