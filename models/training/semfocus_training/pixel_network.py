"""A network with a score of every place: a U-Net whose contracting path is the article's encoder."""
import torch
from torch import nn
from torch.nn import functional

from .networks import LAYERS, LOWER_CONVOLUTIONS, Encoder, each_frame, split

# Channels on the way up, at every 32nd and at every 16th px; the article's U-Net has 32 in the end.
UP = (48, 32)
# Of the layer that reads what both frames have left.
HIDDEN = 20
# Squares along the side of a patch of which it says what each counted for; `scoreMapSide` of models/card.
MAP_SIDE = 7


def convolutions(channels, *outs):
    layers = []
    for out in outs:
        layers += [nn.Conv2d(channels, out, 3, padding=1), nn.ReLU()]
        channels = out
    return nn.Sequential(*layers)


class PixelNetwork(nn.Module):
    """Pair [batch, 2, side, side] -> [batch, 3 + 49]; in training the map [batch, 4, s, s] of answers and scores.

    A place of the map every 16 px, s = 21 of 384 px. The answer of a pair is the mean over all places, weighed by the softmax of their
    scores; after it comes the part that each square of the patch had in it. The article's network of this kind is
    a U-Net with a place for every pixel, trained for 200,000 steps on a GPU. This one goes down by the layers of `ImageNetwork`,
    so that it can begin with an encoder that is there, and up by repetition and convolutions (Odena et al. 2016).
    Exchanging the frames changes the sign of the answers and nothing else, as there.
    """

    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        # The way up meets again what the last of the lower convolutions and the first of the upper ones have made.
        near, middle, wide = (LAYERS[at][0] for at in (LOWER_CONVOLUTIONS - 1, LOWER_CONVOLUTIONS, -1))
        self.narrow = nn.ModuleList([convolutions(UP[0], UP[1]), convolutions(wide, UP[0])])
        self.up = nn.ModuleList([convolutions(UP[1] + near, UP[1], UP[1]), convolutions(UP[0] + middle, UP[0])])
        self.head = nn.Sequential(nn.Conv2d(2 * UP[1], HIDDEN, 1), nn.ReLU(), nn.Conv2d(HIDDEN, 4, 1))

    first = staticmethod(each_frame)

    def forward(self, x):
        lower, upper = split(self.encoder)
        answers = self.above(upper, lower(self.first(x)).unflatten(0, (-1, 2)))
        return answers if self.training else torch.cat([weighed(answers), parts(answers)], 1)

    def above(self, upper, kept):
        """Map [batch, 4, s, s] of what the convolutions below `upper` have made of both frames [batch, 2, 50, s, s]."""
        near = kept.flatten(0, 1)
        layers = list(upper)
        first = [type(layer) for layer in layers].index(nn.ReLU) + 1
        middle = nn.Sequential(*layers[:first])(near)
        wide = nn.Sequential(*layers[first:])(middle)
        middle = self.up[1](torch.cat([middle, enlarged(self.narrow[1](wide), middle)], 1))
        near = self.up[0](torch.cat([near, enlarged(self.narrow[0](middle), near)], 1))
        frames = near.unflatten(0, (-1, 2))
        there = self.head(frames.flatten(1, 2)).float()
        back = self.head(frames.flip(1).flatten(1, 2)).float()
        return torch.cat([there[:, :3] - back[:, :3], there[:, 3:] + back[:, 3:]], 1) / 2


def enlarged(values, like):
    return functional.interpolate(values, size=tuple(like.shape[2:]), mode="nearest")


def weighed(answers):
    """Of a map [batch, 4, height, width] the answer of the pair [batch, 3]."""
    answers = answers.flatten(2)
    return (answers[:, :3] * answers[:, 3:].softmax(2)).sum(2)


def parts(answers):
    """What each square of a patch has in the weights [batch, 49], row by row."""
    side = int(answers.shape[2])
    weights = answers[:, 3].flatten(1).softmax(1).view(-1, 1, side, side)
    square = side // MAP_SIDE
    return functional.avg_pool2d(weights, square).flatten(1) * square**2
