/** Stands in for the wrappers of harness/microscope until they are there. */
import type { Microscope } from '../microscope/index.ts';
import { OutOfRange } from '../microscope/index.ts';
export function recordMicroscope(inner: Microscope) {
  const log = { frames: 0, pixels: 0, doseElectronsPerNm2: 0, beamOnS: 0, settleS: 0, frameS: 0 };
  const microscope: Microscope = {
    describe: () => inner.describe(),
    readFocus: (o) => inner.readFocus(o),
    writeFocus: async (t, o) => {
      const r = await inner.writeFocus(t, o);
      log.settleS += 0.1;
      return r;
    },
    acquireFrame: async (q, o) => {
      const f = await inner.acquireFrame(q, o);
      const [h = 0, w = 0] = f.pixels.shape;
      log.frames++;
      log.pixels += h * w;
      log.doseElectronsPerNm2 += f.doseElectronsPerNm2;
      log.beamOnS += h * w * q.dwellTimeNs * 1e-9;
      log.frameS += f.frameTimeS;
      return f;
    },
    readStage: (o) => inner.readStage(o),
    moveStage: (p, o) => inner.moveStage(p, o),
    blankBeam: (b, o) => inner.blankBeam(b, o),
    close: () => inner.close(),
  };
  return { microscope, log };
}
export async function guardMicroscope(
  inner: Microscope,
  { limits }: { limits: { workingDistanceUm: number; stigmator: number } },
) {
  const start = await inner.readFocus();
  const microscope: Microscope = {
    describe: () => inner.describe(),
    readFocus: (o) => inner.readFocus(o),
    writeFocus: async (t, o) => {
      for (const [k, v] of Object.entries(t)) {
        const lim = k === 'workingDistanceUm' ? limits.workingDistanceUm : limits.stigmator;
        if (!(Math.abs(v - start[k as 'stigmatorX']) <= lim))
          throw new OutOfRange({
            parameter: k,
            requested: v,
            allowed: `within ${lim} of the start`,
            by: 'guard',
          });
      }
      return inner.writeFocus(t, o);
    },
    acquireFrame: (q, o) => inner.acquireFrame(q, o),
    readStage: (o) => inner.readStage(o),
    moveStage: (p, o) => inner.moveStage(p, o),
    blankBeam: (b, o) => inner.blankBeam(b, o),
    close: async () => {},
  };
  return { microscope, restore: async () => {} };
}
