"""Means and variances of normalised layers, measured anew for averaged weights."""
import numpy as np
import torch
from torch import nn

# 200 frames and more, whatever the size of a batch.
BATCHES = 25
# Neither that of training nor of anything that judges.
SEED = 2


@torch.no_grad()
def measure_statistics(network, recipe, source, batches=BATCHES):
    """Sets the running statistics of every `BatchNorm2d` to plain means over batches of `source`.

    Those that come with averaged weights belong to the weights of the last steps, and follow the last ten
    batches at that (Izmailov et al. 2018, arXiv:1803.05407, section 3.2).
    """
    layers = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    if not layers:
        return
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None
    random = np.random.default_rng([SEED, 0])
    torch.manual_seed(SEED)
    network.train()
    for _ in range(batches):
        frames, _ = source.draw(recipe.batch, random)
        network(recipe.met(frames))
    network.eval()
    for layer, momentum in zip(layers, momenta):
        layer.momentum = momentum
