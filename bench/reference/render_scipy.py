"""The yardstick of render.bench.ts: one frame of a known place with SciPy and NumPy on one core.

The specimen's spectrum is at hand; a frame costs the transfer function of a Gaussian probe, its
product with the spectrum, an inverse FFT (scipy.fft, float32, one worker), Poisson counts
(numpy.random.Generator.poisson) and rounding to 8 bit. No margins round the frame: it wraps round.

Prints one line of JSON: for each size the median of every stage, in ms.

Run from anywhere: python3 render_scipy.py [repetitions]
"""

import json
import sys
import time

import numpy as np
import scipy.fft

PIXEL_UM = 0.01003
CONVERGENCE = 8.74e-3
COUNTS_AT_MEAN = 842.0
PEDESTAL_GREY, MEAN_GREY = 205.0, 120.0


def otf(width, height, z_um, a_um, b_um):
    kx = (2 * np.pi * scipy.fft.rfftfreq(width, PIXEL_UM)).astype(np.float32)[None, :]
    ky = (2 * np.pi * scipy.fft.fftfreq(height, PIXEL_UM)).astype(np.float32)[:, None]
    # |M k|^2 is a quadratic form: three outer terms.
    xx = (z_um - a_um) ** 2 + b_um**2
    yy = (z_um + a_um) ** 2 + b_um**2
    xy = -2 * b_um * ((z_um - a_um) + (z_um + a_um))
    scale = np.float32(-(CONVERGENCE**2) / 8)
    form = np.float32(xx) * kx * kx + np.float32(yy) * ky * ky
    form += np.float32(xy) * kx * ky
    form *= scale
    return np.exp(form, out=form)


def measure(width, height, repetitions):
    rng = np.random.default_rng(1)
    specimen = (1 + 0.2 * rng.standard_normal((height, width))).astype(np.float32)
    spectrum = scipy.fft.rfft2(specimen, workers=1)
    gain = np.float32((PEDESTAL_GREY - MEAN_GREY) / COUNTS_AT_MEAN)
    stages = {"otf": [], "multiply": [], "inverse": [], "poisson": [], "quantise": []}
    for _ in range(repetitions + 1):
        t = [time.perf_counter()]
        transfer = otf(width, height, 5.0, 0.5, 0.2)
        t.append(time.perf_counter())
        product = spectrum * transfer
        t.append(time.perf_counter())
        image = scipy.fft.irfft2(product, s=(height, width), overwrite_x=True, workers=1)
        t.append(time.perf_counter())
        np.maximum(image, 0, out=image)
        image *= np.float32(COUNTS_AT_MEAN)
        counts = rng.poisson(image)
        t.append(time.perf_counter())
        grey = np.float32(PEDESTAL_GREY) - gain * counts.astype(np.float32)
        np.rint(np.clip(grey, 0, 255, out=grey), out=grey).astype(np.uint8)
        t.append(time.perf_counter())
        for name, ms in zip(stages, np.diff(t) * 1e3):
            stages[name].append(ms)
    # The first run warms up.
    median = {name: round(float(np.median(times[1:])), 3) for name, times in stages.items()}
    return {"width": width, "height": height, "ms": median}


count = int(sys.argv[1]) if len(sys.argv) > 1 else 9
print(json.dumps([measure(1024, 768, count), measure(2048, 1536, count)]))
