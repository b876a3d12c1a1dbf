"""The published package `mapfost` 4.2.1 as an algorithm of semfocus.

    pip install mapfost==4.2.1 numpy scipy pillow
    semfocus run examples/peers.json --algorithm exec:'python3 examples/python/mapfost_package.py'

The package is called as it is. What has to be known of it: its frequency axis is four times too long,
so that a quarter of the true convergence angle is right for it; its two astigmatisms are minus ours,
so that what it says is what to add; it estimates patches, and the mean of them is taken.
"""

import contextlib
import importlib.metadata
import json
import sys
from unittest.mock import MagicMock

import numpy as np
from PIL import Image

# It imports these and uses none of them here, and saves every crop to a drive E:.
for name in ("requests", "matplotlib", "matplotlib.pyplot", "skimage", "skimage.registration"):
    sys.modules.setdefault(name, MagicMock())
Image.Image.save = lambda *_: None
from mapfost.mapfost import est_aberr  # noqa: E402

VERSION = importlib.metadata.version("mapfost")
if VERSION != "4.2.1":
    sys.exit(f"the calls here are those of mapfost 4.2.1. Received {VERSION}; pip install mapfost==4.2.1")

HELLO = {
    "protocol": 1,
    "name": "mapfost (PyPI)",
    "version": VERSION,
    "summary": "the package mapfost of PyPI, called from Python",
    "kind": "pair",
    "parameters": {"perturbationUm": 4, "patchSidePx": 768},
}


def estimate(ask):
    # As float: in 8 bit its unsharp mask wraps round below 0.
    frames = [np.load(ask[name]).astype(np.float32) for name in ("under", "over")]
    t = ask["perturbationUm"]
    side = min(ask["parameters"]["patchSidePx"], *frames[0].shape)
    results = [
        est_aberr(
            frames,
            [-t, t],
            pix_size_um=ask["pixelSizeNm"] * 1e-3,
            num_aperture=ask["calibration"]["convergenceMrad"] * 1e-3 / 4,
            stig_rot_deg=0,
            stig_scale=1,
            use_bessel=ask["calibration"]["psf"] == "disc",
            crop_ref=[x, y],
            crop_size=[side, side],
        )[2]
        for x, y in corners(frames[0].shape, side)
    ]
    found = [result.x for result in results if result is not None]
    if not found:
        return {"declined": "the package could estimate none of the patches"}
    z, x, y = np.mean(found, axis=0)
    stigmators = np.linalg.solve(ask["calibration"]["stigmatorMatrixUmPerUnit"], [x, y])
    return {
        "correction": {
            "workingDistanceUm": -z,
            "stigmatorX": stigmators[0],
            "stigmatorY": stigmators[1],
        },
        "diagnostics": {"patches": len(results), "failed": len(results) - len(found)},
    }


def corners(shape, side):
    """A grid of patches that do not overlap, in the middle of the frame."""
    starts = [
        [(n - n // side * side) // 2 + i * side for i in range(n // side)] for n in reversed(shape)
    ]
    return [(x, y) for y in starts[1] for x in starts[0]]


for line in sys.stdin:
    request = json.loads(line)
    # It prints; stdout belongs to the answers.
    with contextlib.redirect_stdout(sys.stderr):
        reply = HELLO if request["do"] == "hello" else estimate(request)
    print(json.dumps(reply), flush=True)
