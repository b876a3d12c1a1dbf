"""The article's networks: seven valid convolutions shared by both frames, then three linear layers."""
import torch
from torch import nn

# Output channels, kernel, pool of each layer (the reconstruction of the article's Table 2).
LAYERS = ((20, 5, 2), (30, 5, 2), (40, 4, 2), (50, 4, 2), (60, 2, 2), (70, 1, 2), (70, 1, 1))
DROPOUT = 0.1


def encoder_side(side):
    """Side of the last feature map for patches of `side` px."""
    for _, kernel, pool in LAYERS:
        side = (side - kernel + 1) // pool
    return side


class Encoder(nn.Sequential):
    """[batch, 1, side, side] -> [batch, 70, s, s].

    Pools before it normalises: the same shapes and parameters as the other order, a fraction of the time.
    """

    def __init__(self):
        layers, channels = [], 1
        for out, kernel, pool in LAYERS:
            layers.append(nn.Conv2d(channels, out, kernel))
            if pool > 1:
                layers.append(nn.MaxPool2d(pool))
            layers += [nn.BatchNorm2d(out), nn.ReLU(), nn.Dropout(DROPOUT)]
            channels = out
        super().__init__(*layers)


class ImageNetwork(nn.Module):
    """Frames [batch, frames, side, side] to `outputs` numbers; every frame meets the same encoder."""

    def __init__(self, side, frames, outputs, hidden=(250, 50)):
        super().__init__()
        self.encoder = Encoder()
        features = frames * LAYERS[-1][0] * encoder_side(side) ** 2
        widths = (features, *hidden)
        layers = []
        for wide, narrow in zip(widths, widths[1:]):
            layers += [nn.Linear(wide, narrow), nn.ReLU()]
        self.head = nn.Sequential(*layers, nn.Linear(widths[-1], outputs))

    def forward(self, x):
        batch, frames, side = x.shape[0], x.shape[1], x.shape[2]
        features = self.encoder(x.reshape(batch * frames, 1, side, side))
        return self.head(features.reshape(batch, -1))
