"""Fields of specimen that the simulator has rasterised, and windows cut out of them."""
import json
import pathlib

import numpy as np
import torch


def coarsened(image, factor):
    """Band-limited samples of a periodic [side, side] picture at every `factor`-th pixel."""
    if factor == 1:
        return image
    side = image.shape[0] // factor
    half = side // 2
    spectrum = torch.fft.rfft2(image)[:, : half + 1]
    spectrum = torch.cat([spectrum[:half], spectrum[-half:]])
    return torch.fft.irfft2(spectrum, s=(side, side)) / factor**2


class Fields:
    """The `.npy` files of a folder (relative yield, mean about 1, [side, side], float32).

    The folder's `fields.json` names the pixel size and every file with its specimen, seed and share:
    'training' or 'validation'. Shares never have a seed in common. With `coarse` pixels are that many
    times as large: the frequencies that the larger ones can hold, unchanged.
    """

    def __init__(self, folder, share, device="cpu", coarse=1):
        folder = pathlib.Path(folder)
        listing = json.loads((folder / "fields.json").read_text())
        self.pixel_um = coarse * listing["pixelSizeNm"] * 1e-3
        self.entries = [entry for entry in listing["fields"] if entry["share"] == share]
        if not self.entries:
            raise ValueError(f"{folder} holds no fields for {share}")
        arrays = [np.load(folder / entry["file"]) for entry in self.entries]
        images = torch.from_numpy(np.stack(arrays).astype(np.float32))
        self.images = torch.stack([coarsened(image, coarse) for image in images]).to(device)

    def windows(self, count, side, random):
        """Square windows [count, side, side] at random places of random fields, turned and mirrored.

        Turning a specimen before the probe blurs it changes no target.
        """
        fields, height, width = self.images.shape
        if side > min(height, width):
            raise ValueError(f"a window of {side} px does not fit into fields of {height} x {width} px")
        out = []
        for _ in range(count):
            at = int(random.integers(fields))
            y = int(random.integers(height - side + 1))
            x = int(random.integers(width - side + 1))
            window = self.images[at, y : y + side, x : x + side]
            if random.random() < 0.5:
                window = window.flip(0)
            if random.random() < 0.5:
                window = window.flip(1)
            if random.random() < 0.5:
                window = window.t()
            out.append(window)
        return torch.stack(out)
