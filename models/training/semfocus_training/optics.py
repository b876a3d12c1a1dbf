"""The probe's transfer function and the pair of frames it makes, in torch.

A second implementation of the simulator's equations; `tests/test_optics.py` compares the two. Image x
to the right, y down; M = [[z - a, -b], [-b, z + a]], a ray through the aperture at rho lands NA M rho
away from its place. Lengths in um, wave vectors in rad/um, angles in rad.
"""
import math

import torch


def wave_vectors(height, width, pixel_um, device=None):
    """Wave vectors (kx, ky) of `torch.fft.rfft2`, each [height, width / 2 + 1], rad/um."""
    step = 2 * math.pi / pixel_um
    ky = torch.fft.fftfreq(height, device=device) * step
    kx = torch.fft.rfftfreq(width, device=device) * step
    ky, kx = torch.meshgrid(ky, kx, indexing="ij")
    return kx, ky


def transfer_function(k, aberration_um, convergence, is_disc, spot_um):
    """Transfer functions of a batch of probes, [batch, height, width / 2 + 1], 1 at k = 0.

    Gaussian exp(-NA^2 |M k|^2 / 8) or uniformly filled disc 2 J1(x) / x with x = NA |M k|, of equal
    second moments (Binding, Mikula, Denk 2013), times the in-focus spot exp(-spot^2 k^2 / 2).

    aberration_um: [batch, 3] z, a, b. convergence, spot_um: [batch]. is_disc: [batch], bool.
    """
    kx, ky = k
    z, a, b = (value.view(-1, 1, 1) for value in aberration_um.unbind(1))
    u = (z - a) * kx - b * ky
    v = (z + a) * ky - b * kx
    x = convergence.view(-1, 1, 1) * torch.sqrt(u * u + v * v)
    gaussian = torch.exp(-x * x / 8)
    # 2 J1(x) / x is 1 - x^2 / 8 near 0, where the quotient loses its digits.
    disc = torch.where(
        x < 1e-2, 1 - x * x / 8, 2 * torch.special.bessel_j1(x) / x.clamp(min=1e-2)
    )
    probe = torch.where(is_disc.view(-1, 1, 1), disc, gaussian)
    return probe * torch.exp(-0.5 * (spot_um.view(-1, 1, 1) ** 2) * (kx * kx + ky * ky))


def shift_phase(k, shift_um):
    """Factor that moves the content by shift_um [batch, 2] (right, down)."""
    kx, ky = k
    return torch.exp(-1j * (kx * shift_um[:, 0].view(-1, 1, 1) + ky * shift_um[:, 1].view(-1, 1, 1)))
