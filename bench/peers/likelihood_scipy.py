"""SciPy's L-BFGS-B on the marginal likelihood of a pair of frames: the yardstick of peers/run.ts.

The model, with the object integrated out under a Gaussian prior of isotropic power rho s2:

    -ln p = sum over the half plane of ln(1 + rho D) - rho |G|^2 / (s2 (1 + rho D)),
    D = m1^2 + m2^2,   G = m1 I1 + m2 I2,

m the transfer function of the probe at z - T and z + T, s2 the power of the noise, rho one number
per ring of the spectrum. The state is (z, a, b), the gain of the second frame and what is left of
the displacement between the frames; all of it and ln(rho) of every ring are searched together, by
analytic gradient. Priors: z, a, b 20 um; ln(gain) 0.1; displacement 50 nm. Columns of the spectrum
below the third, and the three bins round the origin, are left out: they hold row offsets and the
mean. A window that rises like a cosine over 192 px is laid over the patch: neighbouring bins are
not independent, and the sum counts by less. It also spreads every wave vector over its neighbours;
what that adds to the model at the optimum is taken out of the spectra, and the search repeated until
the optimum stands still.

Speaks JSON lines: one request per line on stdin, one reply per line on stdout. Frames are files of
raw grey values, one byte each, row by row.

    {"op": "hello"} -> {"ok": true, "package": null, "python": .., "numpy": .., "scipy": ..}
    {"op": "fit", "under": FILE, "over": FILE, "width": .., "height": .., "patch": {"x", "y",
     "width"}, "perturbationUm": .., "pixelSizeUm": .., "convergenceRad": .., "disc": true,
     "bandFraction": .., "expectedShiftPx": [x, y], "startUm": [z, a, b], "comparedUm": [z, a, b]}
                    -> {"ok": true, "optimumUm": [z, a, b], "cost": .., "costAtStart": ..,
                        "costAtCompared": .., "evaluations": .., "cpuMsSpectra": .., "cpuMsFit": ..}

Costs are in nats, with everything but (z, a, b) at its best, all three on the spectra of the last
search. Only the searches from the start are timed.

Run by peers/run.ts; by hand: echo '{"op": "hello"}' | python3 likelihood_scipy.py
"""

import json
import platform
import sys
import time

try:
    import numpy as np
    import scipy
    import scipy.fft
    from scipy.optimize import minimize
    from scipy.special import j0, j1
except ModuleNotFoundError as error:
    MISSING = error
else:
    MISSING = None

RING_BINS = 1.5
FIRST_COLUMN = 2
SMALLEST_BIN = 3
TAPER_PX = 192
ABERRATION_SD_UM = 20.0
LOG_GAIN_SD = 0.1
SHIFT_SD_UM = 0.05
# Like the aberrations, a few: L-BFGS starts from a unit matrix.
SHIFT_UNIT_UM = 0.01
SEARCH_PX = 30
# A round that moves the optimum by less than this, and this part of it, is the last.
SETTLED_UM = 0.02
SETTLED_FRACTION = 0.01
MOST_ROUNDS = 4


def main():
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except ModuleNotFoundError as error:
            reply = {"ok": False, "error": str(error), "missing": error.name}
        except Exception as error:  # the caller decides what a failure means
            reply = {"ok": False, "error": f"{type(error).__name__}: {error}", "missing": None}
        print(json.dumps(reply), flush=True)


def answer(request):
    if MISSING is not None:
        raise MISSING
    if request["op"] == "hello":
        return {
            "ok": True,
            "package": None,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
        }
    if request["op"] == "fit":
        return fit(request)
    raise ValueError(f"op must be hello or fit. Received {request['op']}")


def fit(request):
    frames = [
        np.fromfile(request[name], dtype=np.uint8).reshape(request["height"], request["width"])
        for name in ("under", "over")
    ]
    start_s = time.process_time()
    spectra = measure(frames, request)
    measured_s = time.process_time()
    likelihood = Likelihood(spectra, request)
    cost, state, evaluations = likelihood.fit(request["startUm"])
    fitted_s = time.process_time()
    return {
        "ok": True,
        "optimumUm": [float(value) for value in state],
        "cost": cost,
        "costAtStart": likelihood.minimise(request["startUm"], hold=True)[0],
        "costAtCompared": likelihood.minimise(request["comparedUm"], hold=True)[0],
        "evaluations": evaluations,
        "cpuMsSpectra": 1e3 * (measured_s - start_s),
        "cpuMsFit": 1e3 * (fitted_s - measured_s),
    }


def measure(frames, request):
    """Spectra of the two crops in the band, the second one moved along with its content."""
    side = request["patch"]["width"]
    reach = int(request["bandFraction"] * side / 2)
    rise = min(TAPER_PX, side / 2)
    inside = np.minimum(np.arange(side), np.arange(side)[::-1]) + 0.5
    axis = 0.5 - 0.5 * np.cos(np.pi * np.minimum(inside / rise, 1))
    window = np.outer(axis, axis)
    rows = np.arange(-reach, reach + 1)

    def spectrum(frame, x, y):
        # Kept inside the frame; what that leaves of a displacement is fitted.
        x = min(max(x, 0), frame.shape[1] - side)
        y = min(max(y, 0), frame.shape[0] - side)
        crop = frame[y : y + side, x : x + side].astype(np.float32)
        return scipy.fft.rfft2((crop - np.average(crop, weights=window)) * window)

    def spectra(shift):
        """Half of the displacement in either frame."""
        starts = [request["patch"][name] - int(s / 2) for name, s in zip("xy", shift)]
        moved = [start + s for start, s in zip(starts, shift)]
        return spectrum(frames[0], *starts), spectrum(frames[1], *moved)

    shift = request["expectedShiftPx"]
    first, second = spectra(shift)
    # What the expectation leaves, to a whole pixel: the peak of the band's cross-correlation.
    low = np.zeros_like(first)
    low[rows, : reach + 1] = np.conj(first[rows, : reach + 1]) * second[rows, : reach + 1]
    low[0, 0] = 0
    near = np.arange(-SEARCH_PX, SEARCH_PX + 1)
    peak = scipy.fft.irfft2(low, s=(side, side))[np.ix_(near, near)]
    row, column = np.unravel_index(np.argmax(peak), peak.shape)
    left = int(near[column]), int(near[row])
    if left != (0, 0):
        first, second = spectra([s + more for s, more in zip(shift, left)])

    scale = 1 / np.sum(window**2)
    high = np.arange(int(np.ceil(0.4 * side)), side // 2)
    noise_rows = np.concatenate([high, side - high])
    noise = min(
        scale * np.mean(np.abs(s[noise_rows, FIRST_COLUMN : reach + 1]) ** 2)
        for s in (first, second)
    )
    ny, nx = np.meshgrid(rows, np.arange(FIRST_COLUMN, reach + 1), indexing="ij")
    radius = np.hypot(nx, ny)
    kept = (radius >= SMALLEST_BIN) & (radius <= reach)
    step = 2 * np.pi / (side * request["pixelSizeUm"])
    independent = (np.sum(axis**2) ** 2 / (side * np.sum(axis**4))) ** 2
    band = [s[np.ix_(rows, np.arange(FIRST_COLUMN, reach + 1))][kept] for s in (first, second)]
    power = max(noise, 1 / 12)
    return {
        "step": step,
        "reach": reach,
        "kept": kept,
        "kx": step * nx[kept],
        "ky": step * ny[kept],
        "ring": ((radius[kept] - SMALLEST_BIN) / RING_BINS).astype(int),
        "p1": scale * np.abs(band[0]) ** 2 / power,
        "p2": scale * np.abs(band[1]) ** 2 / power,
        "cross": scale * np.conj(band[0]) * band[1] / power,
        "independent": independent,
        # Variance of the window's power spectrum per axis, by Parseval, bins^2.
        "smear": np.sum(np.diff(axis) ** 2) / np.sum(axis**2) * (side / (2 * np.pi)) ** 2,
    }


class Likelihood:
    def __init__(self, spectra, request):
        self.t = request["perturbationUm"]
        self.na = request["convergenceRad"]
        self.disc = request["disc"]
        for name, value in spectra.items():
            setattr(self, name, value)
        self.rings = int(self.ring.max()) + 1
        self.k2 = self.kx**2 + self.ky**2
        self.difference = self.kx**2 - self.ky**2
        self.product = 2 * self.kx * self.ky

    def fit(self, aberration):
        """Cost, (z, a, b) and evaluations of all searches, what the window smears taken out."""
        measured = self.p1, self.p2, self.cross
        cost, state, evaluations = self.minimise(aberration)
        for _ in range(MOST_ROUNDS):
            before = state[:3]
            added = self.smeared(state)
            self.p1, self.p2, self.cross = (m - a for m, a in zip(measured, added))
            cost, state, more = self.minimise(state)
            evaluations += more
            moved = np.linalg.norm(state[:3] - before)
            if moved < SETTLED_UM + SETTLED_FRACTION * np.linalg.norm(before):
                break
        return cost, state[:3], evaluations

    def smeared(self, x):
        """What the window adds to the two powers and the cross spectrum of the model."""
        columns = np.arange(FIRST_COLUMN - 1, self.reach + 2)
        rows = np.arange(-self.reach - 1, self.reach + 2)
        ny, nx = np.meshgrid(rows, columns, indexing="ij")
        middles = SMALLEST_BIN + RING_BINS * (np.arange(self.rings) + 0.5)
        rho = np.exp(np.interp(np.hypot(nx, ny), middles, x[6:]))
        m1, m2, _, _ = self.transfer(x, self.step * nx, self.step * ny)

        def excess(model):
            smeared = model
            for axis in (0, 1):
                sides = np.roll(smeared, 1, axis) + np.roll(smeared, -1, axis)
                smeared = (1 - self.smear) * smeared + self.smear / 2 * sides
            return (smeared - model)[1:-1, 1:-1][self.kept]

        shift = x[4:6] * SHIFT_UNIT_UM
        turned = np.exp(-1j * (self.kx * shift[0] + self.ky * shift[1]))
        return excess(rho * m1**2), excess(rho * m2**2), excess(rho * m1 * m2) * turned

    def minimise(self, start, hold=False):
        """Cost, whole state and evaluations; `hold` leaves (z, a, b) where they are.

        From a whole state, or from (z, a, b) with all else as it is usual.
        """
        start = np.array(start, float)
        if len(start) == 3:
            start = np.concatenate([start, [0, 0, 0], np.zeros(self.rings)])
            start[6:] = self.ring_powers(start)
        free = slice(3, None) if hold else slice(0, None)

        def cost(values):
            whole = start.copy()
            whole[free] = values
            value, gradient = self.cost(whole)
            return value, gradient[free]

        bounds = [(None, None)] * (len(start) - self.rings) + [(-20, 20)] * self.rings
        result = minimize(
            cost,
            start[free],
            jac=True,
            method="L-BFGS-B",
            bounds=bounds[free],
            options={"maxiter": 1000, "maxfun": 2000},
        )
        whole = start.copy()
        whole[free] = result.x
        return float(result.fun), whole, int(result.nfev)

    def ring_powers(self, x):
        """Where the search for ln(rho) starts: power above the noise over what is let through."""
        m1, m2, _, _ = self.transfer(x, self.kx, self.ky)
        D = m1**2 + m2**2
        N = m1**2 * self.p1 + m2**2 * self.p2 + 2 * m1 * m2 * self.cross.real
        top = np.bincount(self.ring, N - D, self.rings)
        bottom = np.bincount(self.ring, D * D, self.rings)
        return np.log(np.clip(top / np.maximum(bottom, 1e-12), 1e-6, 1e8))

    def transfer(self, x, kx, ky):
        z, a, b, log_gain = x[:4]
        m1, slope1 = self.one_transfer(z - self.t, a, b, kx, ky)
        m2, slope2 = self.one_transfer(z + self.t, a, b, kx, ky)
        gain = np.exp(log_gain)
        return m1, gain * m2, slope1, gain * slope2

    def one_transfer(self, z, a, b, kx, ky):
        """m and dm/dq with q = |M k|^2."""
        q = ((z - a) * kx - b * ky) ** 2 + ((z + a) * ky - b * kx) ** 2
        if not self.disc:
            m = np.exp(-(self.na**2) * q / 8)
            return m, -(self.na**2) / 8 * m
        u = np.maximum(self.na * np.sqrt(q), 1e-3)
        jinc = 2 * j1(u) / u
        # J2 = 2 J1 / u - J0, several times faster than scipy.special.jv.
        return jinc, -(self.na**2) * (jinc - j0(u)) / u**2

    def cost(self, x):
        z, a, b = x[:3]
        shift = x[4:6] * SHIFT_UNIT_UM
        rho = np.exp(x[6:])[self.ring]
        m1, m2, slope1, slope2 = self.transfer(x, self.kx, self.ky)
        turned = self.cross * np.exp(1j * (self.kx * shift[0] + self.ky * shift[1]))
        D = m1**2 + m2**2
        E = 1 + rho * D
        N = m1**2 * self.p1 + m2**2 * self.p2 + 2 * m1 * m2 * turned.real
        value = np.sum(np.log(E) - rho * N / E)

        common = rho / E * (1 + rho * N / E)
        to_m1 = 2 * (m1 * common - rho / E * (m1 * self.p1 + m2 * turned.real))
        to_m2 = 2 * (m2 * common - rho / E * (m2 * self.p2 + m1 * turned.real))
        to_phase = 2 * rho / E * m1 * m2 * turned.imag
        gradient = np.zeros(len(x))
        for to_m, slope, frame_z in ((to_m1, slope1, z - self.t), (to_m2, slope2, z + self.t)):
            weight = 2 * to_m * slope
            gradient[0] += np.sum(
                weight * (frame_z * self.k2 - a * self.difference - b * self.product)
            )
            gradient[1] += np.sum(weight * (a * self.k2 - frame_z * self.difference))
            gradient[2] += np.sum(weight * (b * self.k2 - frame_z * self.product))
        gradient[3] = np.sum(to_m2 * m2)
        gradient[4] = SHIFT_UNIT_UM * np.sum(to_phase * self.kx)
        gradient[5] = SHIFT_UNIT_UM * np.sum(to_phase * self.ky)
        gradient[6:] = np.bincount(self.ring, rho * D / E - rho * N / E**2, self.rings)

        value *= self.independent
        gradient *= self.independent
        sd = np.array([ABERRATION_SD_UM] * 3 + [LOG_GAIN_SD] + [SHIFT_SD_UM / SHIFT_UNIT_UM] * 2)
        value += np.sum((x[:6] / sd) ** 2) / 2
        gradient[:6] += x[:6] / sd**2
        return float(value), gradient


if __name__ == "__main__":
    main()
