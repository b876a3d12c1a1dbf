"""Our network: fed with what two frames say in Fourier space, where the specimen cancels in their ratio."""
import math

import torch
from torch import nn

CHANNELS = (32, 48, 64, 96)
HIDDEN = (256, 64)
# Power that counts as none, of frames in units of 128 grey values: a hundredth of one grey value squared.
FLOOR = 1e-6


class SpectralFeatures(nn.Module):
    """Pair [batch, 2, side, side] -> features [batch, 8, 2 h + 1, h + 1] on the low half plane.

    Hann window, then a discrete Fourier transform of the retained rows and columns as two matrix
    products, which every inference engine has. Channels: logarithm of the ratio of the two powers, of
    their mean, of each; real and imaginary part of the cross-spectrum over the root of both powers, whose
    sign is the contrast reversal; coordinates.
    """

    def __init__(self, side, band):
        super().__init__()
        self.reach = reach = int(side / 2 * band)
        window = torch.hann_window(side, periodic=False, dtype=torch.float64)
        window = window.view(-1, 1) * window.view(1, -1)
        # White noise of variance 1 has power 1.
        self.register_buffer("window", (window / window.pow(2).sum().sqrt()).float(), persistent=False)
        at = torch.arange(side, dtype=torch.float64) * 2 * math.pi / side
        rows = torch.outer(torch.arange(-reach, reach + 1, dtype=torch.float64), at)
        columns = torch.outer(at, torch.arange(0, reach + 1, dtype=torch.float64))
        for name, angle in (("rows", rows), ("columns", columns)):
            self.register_buffer(f"{name}_cos", angle.cos().float(), persistent=False)
            self.register_buffer(f"{name}_sin", angle.sin().float(), persistent=False)
        y, x = torch.meshgrid(
            torch.linspace(-1, 1, 2 * reach + 1), torch.linspace(0, 1, reach + 1), indexing="ij"
        )
        self.register_buffer("coordinates", torch.stack([y, x])[None], persistent=False)
        self.smooth = nn.AvgPool2d(3, 1, 1, count_include_pad=False)

    def forward(self, x):
        # In full precision whatever surrounds it: the powers span seven decades.
        with torch.autocast(x.device.type, enabled=False):
            return self.features(x.float())

    def features(self, x):
        x = (x - x.mean((2, 3), keepdim=True)) * self.window
        along_cos, along_sin = x @ self.columns_cos, x @ self.columns_sin
        re = self.rows_cos @ along_cos - self.rows_sin @ along_sin
        im = -(self.rows_sin @ along_cos) - self.rows_cos @ along_sin
        power = self.smooth(re * re + im * im) + FLOOR
        under, over = power[:, :1], power[:, 1:]
        cross_re = self.smooth(re[:, :1] * re[:, 1:] + im[:, :1] * im[:, 1:])
        cross_im = self.smooth(re[:, :1] * im[:, 1:] - im[:, :1] * re[:, 1:])
        root = (under * over).sqrt()
        logs = power.log()
        ratio = logs[:, 1:] - logs[:, :1]
        mean = logs.mean(1, keepdim=True)
        levels = logs.mean((2, 3), keepdim=True)
        coordinates = self.coordinates.repeat(x.shape[0], 1, 1, 1)
        return torch.cat(
            [
                ratio - (levels[:, 1:] - levels[:, :1]),
                mean - levels.mean(1, keepdim=True),
                logs - levels,
                cross_re / root,
                cross_im / root,
                coordinates,
            ],
            1,
        )


def exchanged(features):
    """Features of the same pair with its frames exchanged."""
    ratio, mean, under, over, real, imaginary, coordinates = features.split([1, 1, 1, 1, 1, 1, 2], 1)
    return torch.cat([-ratio, mean, over, under, real, -imaginary, coordinates], 1)


class SpectralNetwork(nn.Module):
    """Pair of patches [batch, 2, side, side] -> [batch, 6]: z, a, b in um and the logarithm of each one's scale.

    The scale is that of a Laplace distribution about the estimate, um; its inverse weighs patches.

    A probe with all of (z, a, b) negated is the same probe, so that exchanging the frames of a pair negates
    what is wrong. The network obeys by construction, as half the difference of its answers to both
    orders: a pair that shows nothing, or is in focus, has no sign to be biased towards.
    """

    # Outputs of order 1 learn best; um per unit.
    scale_um = 10.0

    def __init__(self, side, band=0.35):
        super().__init__()
        self.features = SpectralFeatures(side, band)
        reach = self.features.reach
        layers, channels, height, width = [], 8, 2 * reach + 1, reach + 1
        for out in CHANNELS:
            layers += [
                nn.Conv2d(channels, out, 3, padding=1, bias=False),
                nn.BatchNorm2d(out),
                nn.ReLU(),
                nn.AvgPool2d(2, ceil_mode=True, count_include_pad=False),
            ]
            channels, height, width = out, (height + 1) // 2, (width + 1) // 2
        self.encoder = nn.Sequential(*layers)
        self.head = nn.Sequential(
            nn.Linear(channels * height * width, HIDDEN[0]),
            nn.ReLU(),
            nn.Linear(HIDDEN[0], HIDDEN[1]),
            nn.ReLU(),
            nn.Linear(HIDDEN[1], 6),
        )

    def first(self, x):
        """What the encoder meets: the features of both orders."""
        features = self.features(x)
        return torch.cat([features, exchanged(features)])

    def forward(self, x):
        there, back = self.head(self.encoder(self.first(x)).flatten(1)).float().chunk(2)
        estimate = (there[:, :3] - back[:, :3]) * (self.scale_um / 2)
        logs = (there[:, 3:] + back[:, 3:]) / 2
        # Between 10 nm and 55 um, softly enough that no gradient vanishes on the way.
        return torch.cat([estimate, 4.3 * torch.tanh(logs / 4.3) - 0.3], 1)
