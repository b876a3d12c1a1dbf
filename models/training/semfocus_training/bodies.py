"""Bodies that are clipped at black, filled as every estimator of the project fills them before it looks."""
import math

import torch
from torch.nn import functional

# What the simulator's side of this does: `harness/algorithm/pair/clippedBodies.ts` and `fillBodies.ts`. Lengths in um,
# of the pixels of 10 nm that those are meant for.
SPREAD_UM = 0.02
CLIPPED_SHARE = 0.4
GROWN_UM = 0.3
RISE_UM = 0.08
SURROUNDINGS_UM = 0.3
LEAST_WEIGHT = 1e-3


def _blurred(image, deviation_px):
    """Gaussian of [n, 1, side, side], the border held."""
    reach = max(1, math.ceil(2.5 * deviation_px))
    at = torch.arange(-reach, reach + 1, device=image.device, dtype=image.dtype)
    kernel = torch.exp(-(at**2) / (2 * deviation_px**2))
    kernel = kernel / kernel.sum()
    padded = functional.pad(image, (reach, reach, reach, reach), mode="replicate")
    return functional.conv2d(functional.conv2d(padded, kernel.view(1, 1, 1, -1)), kernel.view(1, 1, -1, 1))


def _coarse(image, factor):
    return functional.avg_pool2d(image, factor, ceil_mode=True, count_include_pad=False)


def _fine(image, like):
    return functional.interpolate(image, size=like.shape[-2:], mode="bilinear", align_corners=False)


def fill_bodies(grey, pixel_um):
    """Frames [n, 2, side, side] of whole grey values with their clipped bodies filled, alike in both frames.

    Smooth surroundings and as much noise as the frame has; frames without such bodies are as they were.
    """
    black = (grey <= 1).to(grey.dtype).flatten(0, 1).unsqueeze(1)
    shown = black.flatten(1).mean(1).view(-1, 2).amax(1) > 1e-3
    if not bool(shown.any()):
        return grey
    out = grey.clone()
    frames = grey[shown]
    count = len(frames)
    black = black.view(-1, 2, *grey.shape[-2:])[shown].flatten(0, 1).unsqueeze(1)
    is_body = (_blurred(black, SPREAD_UM / pixel_um) > CLIPPED_SHARE).to(grey.dtype)
    is_body = is_body.view(count, 2, *grey.shape[-2:]).amax(1, keepdim=True)
    factor = max(1, round(0.04 / pixel_um))
    cell_um = factor * pixel_um
    grown = functional.max_pool2d(is_body, factor, ceil_mode=True)
    reach = round(GROWN_UM / cell_um)
    grown = functional.max_pool2d(grown, 2 * reach + 1, 1, reach)
    weight = (1 - _fine(_blurred(grown, RISE_UM / cell_um), is_body)).clamp(0, 1)
    weight = torch.where(weight > 0.995, torch.ones_like(weight), weight)
    deviation = SURROUNDINGS_UM / cell_um
    for frame in range(2):
        image = frames[:, frame : frame + 1]
        mean = (image * weight).sum((2, 3), keepdim=True) / weight.sum((2, 3), keepdim=True).clamp(min=1)
        around = _blurred(_coarse(image * weight, factor), deviation) + LEAST_WEIGHT * mean
        around = around / (_blurred(_coarse(weight, factor), deviation) + LEAST_WEIGHT)
        rough = image[..., :-1, :-1] - image[..., :-1, 1:] - image[..., 1:, :-1] + image[..., 1:, 1:]
        noise = rough.abs().mean((2, 3), keepdim=True) / 2 * math.sqrt(math.pi / 2)
        noise = noise * (1 - weight**2).sqrt() * torch.randn_like(image)
        frames[:, frame : frame + 1] = weight * image + (1 - weight) * _fine(around, image) + noise
    out[shown] = frames.round().clamp(0, 255)
    return out
