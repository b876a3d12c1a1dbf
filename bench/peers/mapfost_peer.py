"""Lets the published package `mapfost` 4.2.1 (PyPI, MIT) estimate pairs of frames for peers/run.ts.

Speaks JSON lines: one request per line on stdin, one reply per line on stdout. Frames are files of
raw grey values, one byte each, row by row.

    {"op": "hello"}     -> {"ok": true, "package": "4.2.1", "python": .., "numpy": .., "scipy": ..}
    {"op": "estimate", "under": FILE, "over": FILE, "width": .., "height": .., "patches": [{"x", "y",
     "width"}], "perturbationUm": .., "pixelSizeUm": .., "numAperture": .., "useBessel": ..,
     "stigRotDeg": .., "stigScale": ..}
                        -> {"ok": true, "estimates": [[z, x, y] or null, ..], "ms": [..],
                            "cpuMs": [..]}
    anything that fails -> {"ok": false, "error": "..", "missing": module or null}

The package is called, not changed: `est_aberr` as it is. It declares no dependencies, but imports
six. Three of them it never calls here (requests, matplotlib, skimage); of Pillow it uses a crop and
a save to a folder of its author's drive E:, which exists nowhere else. Those four are stood in for,
so that NumPy and SciPy are all it needs; the save does nothing.

Run by peers/run.ts; by hand: echo '{"op": "hello"}' | python3 mapfost_peer.py
"""

import contextlib
import importlib.metadata
import json
import platform
import sys
import time
import types

try:
    import numpy as np
    import scipy
except ModuleNotFoundError as error:
    MISSING = error
else:
    MISSING = None


def main():
    for line in sys.stdin:
        try:
            # The package prints; stdout belongs to the replies.
            with contextlib.redirect_stdout(sys.stderr):
                reply = answer(json.loads(line))
        except ModuleNotFoundError as error:
            reply = {"ok": False, "error": str(error), "missing": error.name}
        except Exception as error:  # whatever the package trips over is an answer as well
            reply = {"ok": False, "error": f"{type(error).__name__}: {error}", "missing": None}
        print(json.dumps(reply), flush=True)


def answer(request):
    if MISSING is not None:
        raise MISSING
    if request["op"] == "hello":
        return hello()
    if request["op"] == "estimate":
        return estimate(request)
    raise ValueError(f"op must be hello or estimate. Received {request['op']}")


def hello():
    est_aberr()
    return {
        "ok": True,
        "package": importlib.metadata.version("mapfost"),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }


def estimate(request):
    function = est_aberr()
    frames = [read_frame(request[name], request) for name in ("under", "over")]
    t = request["perturbationUm"]
    estimates, ms, cpu_ms = [], [], []
    for patch in request["patches"]:
        start, cpu_start = time.perf_counter(), time.process_time()
        _, _, result = function(
            frames,
            [-t, t],
            pix_size_um=request["pixelSizeUm"],
            num_aperture=request["numAperture"],
            stig_rot_deg=request["stigRotDeg"],
            stig_scale=request["stigScale"],
            use_bessel=request["useBessel"],
            crop_ref=[patch["x"], patch["y"]],
            crop_size=[patch["width"], patch["width"]],
        )
        ms.append(1e3 * (time.perf_counter() - start))
        cpu_ms.append(1e3 * (time.process_time() - cpu_start))
        estimates.append(None if result is None else [float(value) for value in result.x])
    return {"ok": True, "estimates": estimates, "ms": ms, "cpuMs": cpu_ms}


def read_frame(path, request):
    pixels = np.fromfile(path, dtype=np.uint8)
    # As float: in 8 bit its unsharp mask wraps round below 0.
    return pixels.reshape(request["height"], request["width"]).astype(np.float32)


def est_aberr():
    if "mapfost.mapfost" not in sys.modules:
        stand_in("requests")
        stand_in("matplotlib", pyplot=stand_in("matplotlib.pyplot"))
        stand_in("skimage")
        stand_in("skimage.registration", phase_cross_correlation=None)
        stand_in("PIL", Image=stand_in("PIL.Image", fromarray=Picture))
    import mapfost.mapfost

    return mapfost.mapfost.est_aberr


def stand_in(name, **attributes):
    module = types.ModuleType(name)
    for key, value in attributes.items():
        setattr(module, key, value)
    sys.modules[name] = module
    return module


class Picture:
    """What the package asks of a Pillow image; beyond its edges there is black, as in Pillow."""

    def __init__(self, pixels):
        self.pixels = pixels

    def crop(self, box):
        left, top, right, bottom = (int(round(value)) for value in box)
        height, width = self.pixels.shape
        out = np.zeros((bottom - top, right - left), self.pixels.dtype)
        x0, y0, x1, y1 = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
        if x1 > x0 and y1 > y0:
            out[y0 - top : y1 - top, x0 - left : x1 - left] = self.pixels[y0:y1, x0:x1]
        return Picture(out)

    def __array__(self, dtype=None, copy=None):
        return self.pixels if dtype is None else self.pixels.astype(dtype)

    def save(self, path):
        pass


if __name__ == "__main__":
    main()
