"""An autofocus in some thirty lines: the ratio of the power spectra of two frames tells how far off they are."""
import json
import sys

import numpy as np


def estimate(ask):
    under, over = (power(np.load(ask[name]).astype(float)) for name in ("under", "over"))
    k = (2e3 * np.pi * np.fft.fftfreq(n, ask["pixelSizeNm"]) for n in under.shape[::-1])  # rad/um
    kx, ky = np.meshgrid(*k)
    k2, cos2, sin2 = kx**2 + ky**2, kx**2 - ky**2, 2 * kx * ky
    noise1, noise2 = (p[k2 > 0.6 * k2.max()].mean() for p in (under, over))
    s1, s2 = under - noise1, over - noise2
    na, t = ask["calibration"]["convergenceMrad"] * 1e-3, ask["perturbationUm"]
    z, a, b = 0, 0, 25  # um; as if far off: low frequencies first
    for _ in range(8):
        blur = na * (abs(z) + np.hypot(a, b) + t)  # um; beyond 3 / blur little is left of the specimen
        use = (k2 < (3 / blur) ** 2) & (k2 > 8 * kx[0, 1] ** 2) & (s1 > noise1) & (s2 > noise2)
        if use.sum() < 30:
            return {"declined": "nothing above the noise"}
        weight = 1 / np.hypot(1 + noise1 / s1, 1 + noise2 / s2)[use]
        terms = np.stack([k2, -cos2, -sin2, np.ones_like(k2)])[:, use]
        fit = np.linalg.lstsq((terms * weight).T, np.log(s2 / s1)[use] * weight, rcond=None)[0]
        z, a, b = fit[:3] / (-(na**2) * t)  # ln(over / under) = -NA^2 T (z k^2 - a cos2 - b sin2)
    x, y = np.linalg.solve(ask["calibration"]["stigmatorMatrixUmPerUnit"], [a, b])
    return {"correction": {"workingDistanceUm": -z, "stigmatorX": -x, "stigmatorY": -y}}


def power(frame, n=512):
    n, (h, w) = min(n, *frame.shape), frame.shape
    window = np.hanning(n) * np.hanning(n)[:, None]
    places = [(y, x) for y in range(0, h - n + 1, n // 2) for x in range(0, w - n + 1, n // 2)]
    patches = (frame[y : y + n, x : x + n] for y, x in places)
    return np.mean([abs(np.fft.fft2((p - p.mean()) * window)) ** 2 for p in patches], axis=0)


for line in sys.stdin:
    me = {"protocol": 1, "name": "thirty-lines", "version": "1", "kind": "pair"}
    hello = {**me, "parameters": {"perturbationUm": 5}}
    ask = json.loads(line)
    print(json.dumps(hello if ask["do"] == "hello" else estimate(ask)), flush=True)
