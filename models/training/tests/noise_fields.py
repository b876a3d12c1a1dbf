"""Specimens for tests that need no simulator."""
import json

import numpy as np


def write_noise_fields(folder, side=320, pixel_nm=10.0):
    """Smooth random fields in a folder, as `Fields` reads them: enough for a network to learn from."""
    random = np.random.default_rng(3)
    entries = []
    k = np.hypot(*np.meshgrid(np.fft.fftfreq(side), np.fft.rfftfreq(side), indexing="ij"))
    for i, share in enumerate(["training"] * 4 + ["validation"] * 2):
        noise = np.fft.rfft2(random.standard_normal((side, side))) / (k + 0.01)
        noise[0, 0] = 0
        field = np.fft.irfft2(noise, s=(side, side))
        np.save(folder / f"{i}.npy", (1 + 0.15 * field / field.std()).astype(np.float32))
        entries.append({"file": f"{i}.npy", "specimen": "noise", "seed": i, "share": share})
    (folder / "fields.json").write_text(json.dumps({"pixelSizeNm": pixel_nm, "fields": entries}))
