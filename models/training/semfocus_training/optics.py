"""The probe's transfer function and the pair of frames it makes, in torch.

A second implementation of the simulator's equations; `tests/test_optics_parity.py` compares the two. Image x
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
    square = convergence.view(-1, 1, 1) ** 2 * (u * u + v * v)
    spot = spot_um.view(-1, 1, 1) ** 2 * (kx * kx + ky * ky) / 2
    # What the disc has in place of its own exponential is written over below.
    out = torch.exp(-torch.where(is_disc.view(-1, 1, 1), spot, spot + square / 8))
    # 2 J1(x) / x is 1 - x^2 / 8 near 0, where the quotient loses its digits.
    of_disc = square[is_disc]
    x = of_disc.sqrt().clamp(min=1e-2)
    out[is_disc] *= torch.where(of_disc < 1e-4, 1 - of_disc / 8, 2 * torch.special.bessel_j1(x) / x)
    return out


def shift_phase(k, shift_um):
    """Factor [batch, height, width / 2 + 1] that moves the content by shift_um [batch, 2] (right, down)."""
    kx, ky = k
    along_x = torch.exp(-1j * kx[:1] * shift_um[:, 0].view(-1, 1, 1))
    along_y = torch.exp(-1j * ky[:, :1] * shift_um[:, 1].view(-1, 1, 1))
    return along_y * along_x
