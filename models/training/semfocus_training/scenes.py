"""Random pairs of frames as an instrument would take them, with what an algorithm should answer."""
import dataclasses
import math

import numpy as np
import torch

from .bodies import fill_bodies
from .optics import shift_phase, transfer_function, wave_vectors

# Setup A of the article, the preset `merlin` of the simulator.
CONVERGENCE = 8.74e-3
STIGMATOR_MATRIX_UM = np.array([[-1.878, 3.532], [3.532, 1.878]])
PERTURBATION_UM = 5.0
EFFICIENCY = 0.45
# Grey values above black of a pixel of mean yield, on the inverted scale of the measured frames.
PEDESTAL_GREY = 298.0
MEAN_GREY = 130.0
# Few stay in the caches of a processor; anything else wants many.
CPU_PAIRS_AT_ONCE = 4
GPU_PAIRS_AT_ONCE = 32


@dataclasses.dataclass(frozen=True)
class Ranges:
    """What is drawn for every pair; uniform between limits unless said otherwise."""

    # Widths of the draws of working distance (um) and stigmators (units), each with its probability.
    deviations: tuple = ((35.0, 8.0, 0.3), (25.0, 0.6, 0.2), (10.0, 3.0, 0.3), (2.0, 0.5, 0.2))
    # Logarithm uniform, electrons per nm^2.
    dose: tuple = (2.0, 80.0)
    disc_share: float = 0.5
    # Standard deviation, relative.
    convergence_spread: float = 0.02
    spot_nm: tuple = (2.0, 8.0)
    # Factor on the specimen's deviation from its mean.
    contrast: tuple = (0.4, 1.6)
    # Exponent by which the specimen's spectrum is made steeper or flatter beyond periods of a micrometre.
    tilt: tuple = (-0.7, 0.7)
    # Fields without structure, and fields with structure on one side of a line alone.
    blank_share: float = 0.1
    half_blank_share: float = 0.1
    # Standard deviations of what is left of the displacement between frames, nm, and from instrument to
    # instrument of the shift with working distance, nm per um.
    displacement_nm: float = 15.0
    shift_nm_per_um: float = 0.0
    # Logarithm by which the scale of that exponent's periods differs along a direction and across it.
    stretch: float = 0.4
    # Standard deviations from frame to frame: grey step in grey values, gain; and how often both are this many
    # times as large.
    step_grey: float = 4.5
    gain_spread: float = 0.02
    changed_share: float = 0.15
    changed: float = 4.0
    # Of the operator: logarithm of the gain, grey of the mean.
    gain_of_operator: float = 0.25
    mean_of_operator: float = 18.0
    # Detectors that show more electrons brighter.
    upright_share: float = 0.15


def draw_deviations(count, random, ranges):
    """Deviations from best focus [count, 3]: um, unit, unit."""
    shares = np.array([share for _, _, share in ranges.deviations])
    kinds = random.choice(len(shares), size=count, p=shares / shares.sum())
    widths = np.array([(wd, stig, stig) for wd, stig, _ in ranges.deviations])[kinds]
    return widths * random.uniform(-1, 1, (count, 3))


def under_and_over(deviations, random=None):
    """States [count, 2, 3] of the two frames that are taken to correct deviations [count, 3]; nothing is drawn."""
    step = np.array([PERTURBATION_UM, 0.0, 0.0])
    return np.stack([deviations - step, deviations + step], axis=1)


def there_and_nearer(deviations, random):
    """States [count, 2, 3]: the deviations themselves, and others that are none farther from focus in any setting.

    Two frames of one specimen as a search for the sharpest compares them.
    """
    return np.stack([deviations, deviations * random.uniform(-1, 1, deviations.shape)], axis=1)


def aberrations_of(deviations):
    """(z, a, b) in um of deviations [..., 3]."""
    astigmatism = deviations[..., 1:] @ STIGMATOR_MATRIX_UM.T
    return np.concatenate([deviations[..., :1], astigmatism], axis=-1)


def reach_um(states):
    """|z| + r of the blurrier frame of each pair [count, 2, 3], um: times the convergence, the radius of its disc."""
    aberrations = np.abs(aberrations_of(states))
    return (aberrations[..., 0] + np.hypot(aberrations[..., 1], aberrations[..., 2])).max(1)


def margin_px(states, pixel_um):
    """Specimen that a window needs beyond its edges, px: two standard deviations of the widest blur."""
    radius_px = CONVERGENCE * reach_um(states).max() / pixel_um
    return int(16 * math.ceil((radius_px + 8) / 16))


def tilted(structure, exponent, stretch, angle, k):
    """Structure [n, side, side] with its spectrum times (1 + |k / k0|^2)^(exponent / 2), of unchanged variance.

    k0 is exp(stretch) times as large along the angle, and exp(-stretch) across it.
    """
    along = (k[0] * angle.cos() + k[1] * angle.sin()) * torch.exp(-stretch)
    across = (k[1] * angle.cos() - k[0] * angle.sin()) * torch.exp(stretch)
    square = (along**2 + across**2) / (2 * math.pi) ** 2
    out = torch.fft.irfft2(torch.fft.rfft2(structure) * (1 + square) ** (exponent / 2), s=structure.shape[1:])
    spread = lambda values: values.std((1, 2), keepdim=True).clamp(min=1e-6)
    return out * (spread(structure) / spread(out))


class PairSource:
    """Endless pairs from a set of fields.

    `group` patches share state and instrument, as the patches of one frame do, not the specimen. `states_of`
    (deviations [count, 3], random) gives the states [count, 2, 3] that the two frames are taken in.
    """

    def __init__(self, fields, side, ranges=Ranges(), group=1, device="cpu", states_of=under_and_over):
        self.fields, self.side, self.ranges, self.group = fields, side, ranges, group
        self.device, self.states_of = torch.device(device), states_of

    def draw(self, count, random, deviations=None):
        """`count` pairs of states with `group` patches each, in the order of their blur.

        Returns frames [count * group, 2, side, side] of (grey - 128) / 128 and states [count, 2, 3].
        """
        if deviations is None:
            deviations = draw_deviations(count, random, self.ranges)
        states = self.states_of(deviations, random)
        states = states[np.argsort(reach_um(states))]
        # The margin follows the largest state: a small one is not to pay for it.
        at_once = max(1, (CPU_PAIRS_AT_ONCE if self.device.type == "cpu" else GPU_PAIRS_AT_ONCE) // self.group)
        parts = [states[i : i + at_once] for i in range(0, count, at_once)]
        frames = torch.cat([self.expose(part, random) for part in parts])
        return frames, torch.from_numpy(states.astype(np.float32)).to(self.device)

    def half_blank(self, count, size, random):
        """1 where a window keeps its structure, 0 beyond a line through a random part of the windows."""
        at = torch.linspace(-1, 1, size, device=self.device)
        angle = random.uniform(0, 2 * np.pi, count)
        offset = np.where(random.random(count) < self.ranges.half_blank_share, random.uniform(-0.7, 0.7, count), -9)
        cosine, sine, offset = (
            torch.from_numpy(value.astype(np.float32)).to(self.device).view(-1, 1, 1)
            for value in (np.cos(angle), np.sin(angle), offset)
        )
        return torch.sigmoid(40 * (cosine * at.view(1, 1, -1) + sine * at.view(1, -1, 1) - offset))

    def expose(self, states, random):
        """Frames of states [pairs, 2, 3], `group` patches of each pair in a row; see `draw`."""
        ranges, pixel_um, group = self.ranges, self.fields.pixel_um, self.group
        pairs = len(states)
        count = pairs * group
        pad = margin_px(states, pixel_um)
        size = self.side + 2 * pad
        repeat = lambda values: np.repeat(np.asarray(values), group, axis=0)
        tensor = lambda values: torch.from_numpy(np.asarray(values, dtype=np.float32)).to(self.device)
        per_pair = lambda values: tensor(repeat(values)).view(-1, 1, 1)

        windows = self.fields.windows(count, size, random).to(self.device)
        contrast = random.uniform(*ranges.contrast, pairs)
        contrast = repeat(contrast) * np.where(random.random(count) < ranges.blank_share, 0.0, 1.0)
        k = wave_vectors(size, size, pixel_um, self.device)
        tilt = per_pair(random.uniform(*ranges.tilt, pairs))
        stretch = per_pair(random.normal(0, ranges.stretch, pairs))
        windows = 1 + tilted(windows - 1, tilt, stretch, per_pair(random.uniform(0, np.pi, pairs)), k)
        structure = tensor(contrast).view(-1, 1, 1) * self.half_blank(count, size, random)
        specimen = (1 + structure * (windows - 1)).clamp(min=0)
        spectrum = torch.fft.rfft2(specimen)

        aberrations = tensor(repeat(aberrations_of(states)))
        # Of working distance, from frame to frame: what image shift goes with.
        step_um = (states[:, 1, :1] - states[:, 0, :1]) / 2
        convergence = tensor(repeat(CONVERGENCE * (1 + ranges.convergence_spread * random.standard_normal(pairs))))
        is_disc = torch.from_numpy(repeat(random.random(pairs) < ranges.disc_share)).to(self.device)
        spot_um = tensor(repeat(random.uniform(*ranges.spot_nm, pairs) * 1e-3))
        shift = np.stack([random.normal(0, ranges.shift_nm_per_um, pairs) for _ in range(2)], axis=1)
        rest = random.normal(0, ranges.displacement_nm * 1e-3, (pairs, 2))
        dose = np.exp(random.uniform(*np.log(ranges.dose), pairs))
        counts = per_pair(dose * (pixel_um * 1e3) ** 2 * EFFICIENCY)
        gain = np.exp(random.normal(0, ranges.gain_of_operator, pairs))
        middle = MEAN_GREY + random.normal(0, ranges.mean_of_operator, pairs)
        polarity = np.where(random.random(pairs) < ranges.upright_share, -1.0, 1.0)
        change = np.where(random.random(pairs) < ranges.changed_share, ranges.changed, 1.0)

        frames = []
        for frame, sign in enumerate((-1.0, 1.0)):
            moved = tensor(repeat(sign * (step_um * 1e-3 * shift + rest / 2)))
            transfer = transfer_function(k, aberrations[:, frame], convergence, is_disc, spot_um)
            image = torch.fft.irfft2(spectrum * transfer * shift_phase(k, moved), s=(size, size))
            image = image[:, pad : size - pad, pad : size - pad].clamp(min=1e-3)
            # At 2 electrons per nm^2 a pixel has 90 counts: the normal law is as good, and ten times faster.
            noisy = image + torch.randn_like(image) * (image / counts).sqrt()
            slope = per_pair(polarity * gain * (1 + change * ranges.gain_spread * random.standard_normal(pairs)))
            level = per_pair(middle + change * ranges.step_grey * random.standard_normal(pairs))
            frames.append(level - PEDESTAL_GREY * slope * (noisy - 1))
        grey = torch.stack(frames, 1).round().clamp(0, 255)
        return (fill_bodies(grey, pixel_um) - 128) / 128
