"""What each network of the project is and how it is trained."""
import dataclasses
from typing import Callable

import torch
from torch import nn

from .networks import ImageNetwork
from .pixel_network import MAP_SIDE, PixelNetwork, weighed
from .scenes import Ranges, STIGMATOR_MATRIX_UM, there_and_nearer, under_and_over
from .spectral_network import SpectralNetwork

# Beyond the article's range (20 um, 5 units), because searches start farther off; most draws are near focus,
# because far states, of which a small patch shows next to nothing, would drown what can be learnt.
# Displacements as of patches that are not aligned.
ARTICLE_RANGES = dataclasses.replace(
    Ranges(),
    deviations=((35.0, 6.0, 0.2), (25.0, 0.5, 0.2), (6.0, 1.5, 0.35), (2.0, 0.5, 0.25)),
    displacement_nm=30.0,
    shift_nm_per_um=5.0,
    blank_share=0.0,
    half_blank_share=0.0,
)
# Of single frames, most of them nearly sharp: that is where a search has to tell them apart.
FRAME_RANGES = dataclasses.replace(
    ARTICLE_RANGES, deviations=((25.0, 5.0, 0.2), (10.0, 1.5, 0.3), (4.0, 1.0, 0.25), (1.5, 0.4, 0.25))
)
SCORE_RANGES = dataclasses.replace(ARTICLE_RANGES, blank_share=0.1, half_blank_share=0.1)
# What scores of pixels are for: windows of which a part shows nothing.
PIXEL_RANGES = dataclasses.replace(ARTICLE_RANGES, half_blank_share=0.4)
# Focal shift per unit of either stigmator, um.
UM_PER_UNIT = 4.0
# Distance from focus up to which errors of single frames count in full, um.
NEAR_UM = 5.0
# The article's loss of patch scores: this part on each patch's own estimate.
INDIVIDUAL_SHARE = 0.25
# Share of the frequencies up to Nyquist's that the spectral networks look at, on pixels of 10 nm.
RETAINED = 0.35
CORRECTION = ("workingDistanceUm", "stigmatorX", "stigmatorY")
ABERRATION = ("zUm", "aUm", "bUm", "logScaleZ", "logScaleA", "logScaleB")


@dataclasses.dataclass(frozen=True)
class Recipe:
    name: str
    # One line for whoever chooses among the networks.
    summary: str
    side: int
    # Patches of one state in a sample, and states in a batch.
    group: int
    batch: int
    ranges: Ranges
    # For pixels that are this many times as large as those of its patches; the weights fit either.
    network: Callable[[int], nn.Module]
    # (output [pairs * group, n], states [pairs, 2, 3], group) -> loss to minimise.
    loss: Callable
    # (output, group) -> what the network has found, all patches together, to compare with `truth`.
    found: Callable
    # Names of the output's columns. Corrections are added to the settings; z, a, b are what is wrong.
    columns: tuple
    # Frames that the network meets at once: both of a pair, or one.
    frames: int = 2
    # The states of both frames of a pair, see `PairSource`.
    states_of: Callable = under_and_over
    # What `found` is to be: of states [pairs, 2, 3].
    truth: Callable = lambda states: states.mean(1)
    # Pixels of the training frames are this many times as large, where a network looks at low frequencies alone.
    coarse: int = 1
    learning_rate: float = 1e-3
    weight_decay: float = 5e-5

    def met(self, pairs):
        """Pairs [n, 2, ...], or what a layer makes of their frames, as the network meets them."""
        return pairs if self.frames == 2 else pairs.flatten(0, 1).unsqueeze(1)


def _matrix(like):
    return torch.as_tensor(STIGMATOR_MATRIX_UM, dtype=like.dtype, device=like.device)


def _distance(estimated, deviations):
    """Mean absolute error with stigmators as the focal shift that they make, so that all count alike.

    The article adds um and units as they are: its stigmators are learnt last.
    """
    return ((estimated + deviations).abs() * estimated.new_tensor([1.0, UM_PER_UNIT, UM_PER_UNIT])).mean()


def _correction_loss(output, states, group):
    return _distance(output, states.mean(1).repeat_interleave(group, 0))


def _mean_found(output, group):
    return -output.unflatten(0, (-1, group)).mean(1)


def _score_weighted(output, group):
    patches = output.view(-1, group, 4)
    return (patches[..., :3] * patches[..., 3:].softmax(1)).sum(1)


def _score_loss(output, states, group):
    together = _distance(_score_weighted(output, group), states.mean(1))
    each = _correction_loss(output[:, :3], states, group)
    return (1 - INDIVIDUAL_SHARE) * together + INDIVIDUAL_SHARE * each


def _pixel_loss(output, states, group):
    truth = states.mean(1)
    together = _distance(weighed(output), truth)
    each = _distance(output[:, :3].permute(0, 2, 3, 1), truth[:, None, None])
    return (1 - INDIVIDUAL_SHARE) * together + INDIVIDUAL_SHARE * each


def _aberration_loss(output, states, group):
    """Negative logarithm of a Laplace distribution of the scale that the network claims, and a little L1.

    The second term keeps far states learning before the first has made their scale small.
    """
    matrix, deviations = _matrix(output), states.mean(1)
    target = torch.cat([deviations[:, :1], deviations[:, 1:] @ matrix.T], 1).repeat_interleave(group, 0)
    error = (output[:, :3] - target).abs()
    scale = output[:, 3:]
    return (error * torch.exp(-scale) + scale).mean() + 0.05 * error.mean()


def _precision_found(output, group):
    patches = output.view(-1, group, 6)
    weights = torch.exp(-2 * patches[..., 3:])
    aberration = (patches[..., :3] * weights).sum(1) / weights.sum(1)
    inverse = torch.linalg.inv(_matrix(output))
    return torch.cat([aberration[:, :1], aberration[:, 1:] @ inverse.T], 1)


def _frame_scores(states):
    """|working distance| in um and sum of |stigmators| in units of every frame [pairs * 2, 2]."""
    frames = states.flatten(0, 1).abs()
    return torch.stack([frames[:, 0], frames[:, 1:].sum(1)], 1)


def _frame_loss(output, states, group):
    """Errors of every frame, and of the difference between the two frames of a specimen, relative to their distance.

    How sharp a frame in focus is depends on the specimen; a search compares frames of one. Far from
    focus it needs to know the way alone, near focus every tenth of a micrometre.
    """
    truth = _frame_scores(states)
    by_length = output.new_tensor([1.0, UM_PER_UNIT])
    error = ((output - truth) * by_length).view(-1, 2, 2)
    distance = (truth * by_length).sum(1).view(-1, 2)
    each = error.abs().sum(2) / (1 + distance / NEAR_UM)
    difference = (error[:, 0] - error[:, 1]).abs().sum(1) / (1 + distance.amax(1) / NEAR_UM)
    return each.mean() + difference.mean()


def _deepscore(side, batch):
    return Recipe(
        name=f"deepscore-{side}",
        summary=f"the article's DeepScore: how far a single frame is from focus, on {side} px patches",
        side=side,
        group=1,
        batch=batch,
        ranges=FRAME_RANGES,
        network=lambda coarse=1: ImageNetwork(side, frames=1, outputs=2, hidden=_hidden(side)),
        loss=_frame_loss,
        found=lambda output, group: output,
        columns=("defocusUm", "stigmation"),
        frames=1,
        states_of=there_and_nearer,
        truth=_frame_scores,
    )


def _hidden(side):
    return (100, 50) if side == 128 else (250, 50)


def _deepfocus(side):
    return Recipe(
        name=f"deepfocus-{side}",
        summary=f"the article's network on pairs of {side} px patches",
        side=side,
        group=1,
        batch=32 if side == 128 else 8,
        ranges=ARTICLE_RANGES,
        network=lambda coarse=1: ImageNetwork(side, frames=2, outputs=3, hidden=_hidden(side)),
        loss=_correction_loss,
        found=_mean_found,
        columns=CORRECTION,
    )


def _spectral(side, batch):
    return Recipe(
        name=f"deepfocus-spectral-{side}",
        summary=f"ours: power spectra of pairs of {side} px patches in, aberration with its uncertainty out",
        side=side,
        group=1,
        batch=batch,
        ranges=Ranges(),
        # On pixels of 20 nm the frequencies that it retains are the same, at a quarter of the cost.
        network=lambda coarse=1: SpectralNetwork(side // coarse, RETAINED * coarse),
        coarse=2,
        loss=_aberration_loss,
        found=_precision_found,
        columns=ABERRATION,
        learning_rate=2e-3,
    )


RECIPES = {
    recipe.name: recipe
    for recipe in (
        _deepfocus(128),
        _deepfocus(256),
        _deepfocus(384),
        _deepfocus(512),
        Recipe(
            name="deepfocus-score-384",
            summary="the article's network on pairs of 384 px patches, with a score that weighs them",
            side=384,
            group=5,
            batch=4,
            ranges=SCORE_RANGES,
            network=lambda coarse=1: ImageNetwork(384, frames=2, outputs=4),
            loss=_score_loss,
            found=lambda output, group: -_score_weighted(output, group),
            columns=(*CORRECTION, "score"),
        ),
        Recipe(
            name="deepfocus-pixel-384",
            summary="a U-Net above the layers of deepfocus-384: an answer and a score every 16 px of pairs of 384 px patches",
            side=384,
            group=1,
            batch=8,
            ranges=PIXEL_RANGES,
            network=lambda coarse=1: PixelNetwork(),
            loss=_pixel_loss,
            found=lambda output, group: _mean_found(output[:, :3], group),
            columns=(*CORRECTION, *(f"part{square + 1}" for square in range(MAP_SIDE**2))),
        ),
        _deepscore(128, 16),
        _deepscore(512, 4),
        _spectral(128, 32),
        _spectral(384, 16),
    )
}
