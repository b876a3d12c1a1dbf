"""The article's networks: seven valid convolutions shared by all frames, then three linear layers."""
import torch
from torch import nn

# Output channels, kernel, pool of each layer (the reconstruction of the article's Table 2).
LAYERS = ((20, 5, 2), (30, 5, 2), (40, 4, 2), (50, 4, 2), (60, 2, 2), (70, 1, 2), (70, 1, 1))

# Convolutions of an encoder that stay as they are where the last layers alone are trained.
LOWER_CONVOLUTIONS = 4


def encoder_side(side):
    """Side of the last feature map for patches of `side` px."""
    for _, kernel, pool in LAYERS:
        side = (side - kernel + 1) // pool
    return side


class Encoder(nn.Sequential):
    """[batch, 1, side, side] -> [batch, 70, s, s].

    Pools before it normalises: the same shapes and parameters as the other order, a fraction of the time.
    No dropout, which the article needs because it has 320 pairs to show again and again; here no pair is
    ever seen twice.
    """

    def __init__(self):
        layers, channels = [], 1
        for out, kernel, pool in LAYERS:
            layers.append(nn.Conv2d(channels, out, kernel))
            if pool > 1:
                layers.append(nn.MaxPool2d(pool))
            layers += [nn.BatchNorm2d(out), nn.ReLU()]
            channels = out
        super().__init__(*layers)


def split(encoder):
    """The lower and the upper layers of an encoder."""
    layers = list(encoder)
    at = [i for i, layer in enumerate(layers) if isinstance(layer, nn.Conv2d)][LOWER_CONVOLUTIONS]
    return nn.Sequential(*layers[:at]), nn.Sequential(*layers[at:])


def each_frame(x):
    """What an encoder of frames meets of [batch, frames, side, side]: each frame by itself."""
    return x.flatten(0, 1).unsqueeze(1)


class ImageNetwork(nn.Module):
    """Frames [batch, frames, side, side] to `outputs` numbers; every frame meets the same encoder.

    Of a pair the first three outputs change sign when the frames are exchanged and the others do not:
    the layers are the article's, read out in both orders. A probe with all of (z, a, b) negated is the
    same probe, so that this is what the answers must do; without it the networks take thousands of
    steps to find out, and are biased near focus.
    """

    def __init__(self, side, frames, outputs, hidden=(250, 50)):
        super().__init__()
        self.encoder = Encoder()
        self.map_side = encoder_side(side)
        features = frames * LAYERS[-1][0] * self.map_side**2
        widths = (features, *hidden)
        layers = []
        for wide, narrow in zip(widths, widths[1:]):
            layers += [nn.Linear(wide, narrow), nn.ReLU()]
        self.head = nn.Sequential(*layers, nn.Linear(widths[-1], outputs))

    def forward(self, x):
        return self.read(self.encode(x))

    def above(self, upper, kept):
        """Outputs of what the convolutions below `upper` have made of each frame [batch, frames, channels, side, side]."""
        return self.read(upper(kept.flatten(0, 1)).unflatten(0, kept.shape[:2]))

    first = staticmethod(each_frame)

    def encode(self, x):
        """Features [batch, frames, 70, s, s] of each frame by itself."""
        return self.encoder(self.first(x)).unflatten(0, x.shape[:2])

    def read(self, features):
        """Outputs [batch, outputs] of the features of all frames."""
        there = self.head(features.flatten(1)).float()
        if features.shape[1] == 1:
            return there
        back = self.head(features.flip(1).flatten(1)).float()
        return torch.cat([there[:, :3] - back[:, :3], there[:, 3:] + back[:, 3:]], 1) / 2


@torch.no_grad()
def grow(small, network):
    """Starts `network` from one for smaller patches of as many frames, or from its encoder alone.

    The larger network's first linear layer gets the small one's weights wherever the small feature map fits into the
    large one, divided by the number of such places, so that it begins as the mean of small networks that look
    at parts of its patch; what it has in addition stays random, but is not listened to yet.

    small: state_dict of an `ImageNetwork` for patches that are no larger, or of one like `network` itself, which is taken whole.
    """
    shapes = lambda state: {key: value.shape for key, value in state.items()}
    if shapes(small) == shapes(network.state_dict()):
        network.load_state_dict(small)
        return
    own = {key: value for key, value in small.items() if key.startswith("encoder.")}
    network.load_state_dict(own, strict=False)
    linear = [layer for layer in network.head if isinstance(layer, nn.Linear)]
    if not linear:
        return
    first, *rest = linear
    names = [key for key in small if key.startswith("head.") and key.endswith("weight")]
    weights = [(small[key], small[key.replace("weight", "bias")]) for key in names]
    outputs = min(weights[-1][0].shape[0], rest[-1].weight.shape[0])
    channels = first.weight.shape[1] // network.map_side**2
    side = round((weights[0][0].shape[1] / channels) ** 0.5)
    offsets = range(network.map_side - side + 1)
    if channels * side**2 != weights[0][0].shape[1] or not offsets:
        return
    kernel = weights[0][0].unflatten(1, (channels, side, side)) / len(offsets) ** 2
    wide = kernel.new_zeros(*kernel.shape[:2], network.map_side, network.map_side)
    for y in offsets:
        for x in offsets:
            wide[..., y : y + side, x : x + side] += kernel
    wide = wide.flatten(1)
    first.weight[: wide.shape[0]] = wide
    first.bias[: wide.shape[0]] = weights[0][1]
    for layer, (weight, bias) in zip(rest, weights[1:]):
        rows = outputs if layer is rest[-1] else weight.shape[0]
        layer.weight[:rows] = 0
        layer.weight[:rows, : weight.shape[1]] = weight[:rows]
        layer.bias[:rows] = bias[:rows]
