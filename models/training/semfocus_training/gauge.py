"""A second question for the encoders of the article's networks, in training alone: how blurred is each frame?"""
import torch
from torch import nn

from .networks import LAYERS
from .scenes import STIGMATOR_MATRIX_UM

# Of the answers to it in the loss, um.
WEIGHT_UM = 1.0


class Gauge(nn.Linear):
    """Mean features of a frame to the size and the direction of its blur.

    The second moments of a probe are NA^2 / 4 M M^T, M M^T = (z^2 + a^2 + b^2) 1 - 2 z [[a, b], [b, -a]] with
    the working distance of the frame itself. A frame shows them without its partner, and their difference
    between the two frames of a pair is linear in what is asked for: an encoder that knows them is most of
    the way there, and finds them in hundreds of steps, where the pair alone takes thousands.
    """

    def __init__(self):
        super().__init__(LAYERS[-1][0], 3)

    def loss(self, features, states):
        """features [pairs * group, frames, 70, s, s] of pairs, or of single frames [pairs * group * 2, 1, ...]."""
        found = self(features.float().mean((3, 4)))
        truth = blur_of(states)
        group = found.shape[0] * found.shape[1] // (2 * len(truth))
        truth = truth.repeat_interleave(group, 0)
        return WEIGHT_UM * (found.reshape(truth.shape) - truth).abs().mean()


def blur_of(states):
    """Of every frame [pairs, 2, 3]: ln(1 + trace / 2), and the two anisotropies in [-1, 1]."""
    matrix = torch.as_tensor(STIGMATOR_MATRIX_UM, dtype=states.dtype, device=states.device)
    a, b = (states[..., 1:] @ matrix.T).unbind(2)
    z = states[..., 0]
    half_trace = z * z + a * a + b * b
    return torch.stack([half_trace.log1p(), -2 * z * a / (1 + half_trace), -2 * z * b / (1 + half_trace)], 2)
