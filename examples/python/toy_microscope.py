"""A microscope in forty lines: a random texture, blurred as wrong settings blur it, with shot noise."""
import json
import sys

import numpy as np

NA, BEST, K = 8e-3, (4500.0, 1.5, -0.5), ((3.5, 1.0), (1.0, -3.5))  # rad; um, %, %; um per %
focus, stage = {"workingDistanceUm": 4502.0, "stigmatorX": 1.7, "stigmatorY": -0.4}, {"xUm": 0.0, "yUm": 0.0}
noise = np.random.default_rng(1)
ranges = {"workingDistanceUm": ("um", 4000, 5000), "stigmatorX": ("%", -20, 20), "stigmatorY": ("%", -20, 20)}
ranges |= {"stageXUm": ("um", -1e3, 1e3), "stageYUm": ("um", -1e3, 1e3), "width": ("px", 16, 2048)}
ranges |= {"height": ("px", 16, 2048), "pixelSizeNm": ("nm", 1, 100), "dwellTimeNs": ("ns", 50, 10000)}
always = {"settleTimeS": 0, "settable": True}
parameters = {name: {"unit": unit, "min": low, "max": high, **always} for name, (unit, low, high) in ranges.items()}
description = {"name": "toy", "isSimulated": True, "beamCurrentNanoAmp": 1, "passes": 1, "bitDepth": 8}
description |= {"canBlankBeam": True, "parameters": parameters}
hello = {"protocol": 1, "kind": "microscope", "description": description, "pixelSizeNm": 10, "dwellTimeNs": 400}

def expose(ask):
    nm, electrons = ask["pixelSizeNm"], 6.24 * ask["dwellTimeNs"]  # at 1 nA
    z, x, y = (value - best for value, best in zip(focus.values(), BEST))
    a, b = (row[0] * x + row[1] * y for row in K)
    kx, ky = np.meshgrid(*(2e3 * np.pi * np.fft.fftfreq(ask[side], nm) for side in ("width", "height")))  # rad/um
    k2 = kx**2 + ky**2
    blur2 = (NA / 2) ** 2 * (((z - a) * kx - b * ky) ** 2 + ((z + a) * ky - b * kx) ** 2) + 4e-3**2 * k2
    place = np.random.default_rng([int(1e3 * abs(um)) for um in stage.values()])
    texture = np.fft.fft2(place.normal(size=k2.shape)) / (1 + k2 / 100)
    image = np.fft.ifft2(texture * np.exp(-blur2 / 2)).real / np.fft.ifft2(texture).real.std()
    grey = 255 / electrons * noise.poisson(electrons * np.clip(0.4 + 0.1 * image, 0, 1))
    part = ask.get("region", {**ask, "x": 0, "y": 0})
    grey = grey[part["y"] : part["y"] + part["height"], part["x"] : part["x"] + part["width"]]
    np.save(f"{ask['folder']}/frame.npy", np.clip(grey, 0, 255).astype(np.uint8))
    return {"frame": "frame.npy", "focus": focus, "stage": stage, "pixelSizeNm": nm, "dwellTimeNs": ask["dwellTimeNs"]}

for line in sys.stdin:  # it ends when semfocus does: time to blank the beam of a real one
    ask = json.loads(line)
    focus.update(ask.get("focus", {}))
    stage.update(ask.get("stage", {}))
    answers = {"hello": hello, "blankBeam": {"ok": True}, "readStage": {"stage": stage}, "moveStage": {"stage": stage}}
    print(json.dumps(expose(ask) if ask["do"] == "acquire" else answers.get(ask["do"], {"focus": focus})), flush=True)
