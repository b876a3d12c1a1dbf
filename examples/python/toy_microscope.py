"""A microscope in some forty lines: a random texture, blurred as wrong settings blur it, with shot noise."""
import json
import os
import sys

import numpy as np

NA, BEST, K = 8e-3, (4500.0, 1.5, -0.5), ((3.5, 1.0), (1.0, -3.5))  # rad; um, %, %; um per %
focus, stage = {"workingDistanceUm": 4502.0, "stigmatorX": 1.7, "stigmatorY": -0.4}, {"xUm": 0.0, "yUm": 0.0}
noise = np.random.default_rng(1)
settable = {"settleTimeS": 0, "settable": True}
knob = {"unit": "%", "min": -100, "max": 100, **settable}
DESCRIPTION = {"name": "toy", "isSimulated": True, "beamCurrentNanoAmp": 1, "passes": 1, "bitDepth": 8, "canBlankBeam": True}
DESCRIPTION["parameters"] = {"workingDistanceUm": {"unit": "um", "min": 4000, "max": 5000, **settable},
    "stigmatorX": knob, "stigmatorY": knob, "pixelSizeNm": {"unit": "nm", **settable}, "dwellTimeNs": {"unit": "ns", **settable}}
DESCRIPTION["parameters"] |= {n: {"unit": u, **settable} for n, u in zip(("stageXUm", "stageYUm", "width", "height"), ("um", "um", "px", "px"))}


def expose(ask):
    z, x, y = (value - best for value, best in zip(focus.values(), BEST))
    a, b = (row[0] * x + row[1] * y for row in K)
    k = (2e3 * np.pi * np.fft.fftfreq(n, ask["pixelSizeNm"]) for n in (ask["width"], ask["height"]))
    kx, ky = np.meshgrid(*k)  # rad/um; an aberration moves a ray of the aperture by M times the angle
    blur2 = (NA / 2) ** 2 * (((z - a) * kx - b * ky) ** 2 + ((z + a) * ky - b * kx) ** 2) + 4e-3**2 * (kx**2 + ky**2)
    place = np.random.default_rng([int(abs(stage["xUm"]) * 1e3), int(abs(stage["yUm"]) * 1e3)])
    texture = np.fft.fft2(place.normal(size=kx.shape)) / (1 + (kx**2 + ky**2) / 100)
    image = np.fft.ifft2(texture * np.exp(-blur2 / 2)).real
    electrons = 6.24 * ask["dwellTimeNs"] * np.clip(0.4 + 0.1 * image / np.fft.ifft2(texture).real.std(), 0, 1)
    grey = np.clip(noise.poisson(electrons) / (6.24 * ask["dwellTimeNs"]) * 255, 0, 255)
    r = ask.get("region", {"x": 0, "y": 0, **ask})
    part = grey[r["y"] : r["y"] + r["height"], r["x"] : r["x"] + r["width"]]
    np.save(os.path.join(ask["folder"], "frame.npy"), np.ascontiguousarray(part).astype(np.uint8))
    return {"frame": "frame.npy", "focus": focus, "stage": stage, "pixelSizeNm": ask["pixelSizeNm"], "dwellTimeNs": ask["dwellTimeNs"]}


for line in sys.stdin:  # ends when semfocus does: the place to blank the beam of a real one
    ask = json.loads(line)
    focus.update(ask.get("focus", {}))
    stage.update(ask.get("stage", {}))
    hello = {"protocol": 1, "kind": "microscope", "description": DESCRIPTION, "pixelSizeNm": 10, "dwellTimeNs": 400}
    replies = {"hello": hello, "acquire": None, "blankBeam": {"ok": True}, "readStage": {"stage": stage}, "moveStage": {"stage": stage}}
    print(json.dumps(expose(ask) if ask["do"] == "acquire" else replies.get(ask["do"], {"focus": focus})), flush=True)
