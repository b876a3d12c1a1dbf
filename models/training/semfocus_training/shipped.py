"""Weights back out of an exported `model.onnx`, to go on from what is in the repository."""
import pathlib

import torch
from torch import nn


def weights_of(path, network):
    """State of a network of the same kind and patch side as the exported one.

    The exporter has folded a normalisation that follows its convolution at once into that; it comes back
    as a convolution with a normalisation that does nothing yet.
    """
    import onnx
    from onnx import numpy_helper

    known, folded = {}, []
    for tensor in onnx.load(str(pathlib.Path(path))).graph.initializer:
        values = torch.from_numpy(numpy_helper.to_array(tensor).copy()).float()
        if tensor.name.startswith("onnx::Conv"):
            folded.append(values)
        else:
            known[tensor.name.removesuffix(".half")] = values
    state = {key: known.get(key, value) for key, value in network.state_dict().items()}
    layers = list(network.encoder.named_children())
    for (name, layer), (after, normalisation) in zip(layers, layers[1:]):
        if not (isinstance(layer, nn.Conv2d) and isinstance(normalisation, nn.BatchNorm2d)):
            continue
        weight, bias, *folded = folded
        neutral = {
            f"{name}.weight": weight,
            f"{after}.weight": torch.ones_like(bias),
            # Of a convolution that has none it stays with the normalisation.
            f"{after}.bias": torch.zeros_like(bias) if layer.bias is not None else bias,
            f"{after}.running_mean": torch.zeros_like(bias),
            f"{after}.running_var": torch.full_like(bias, 1 - normalisation.eps),
        }
        if layer.bias is not None:
            neutral[f"{name}.bias"] = bias
        state.update({f"encoder.{key}": value for key, value in neutral.items()})
    return state


@torch.no_grad()
def settle(network, frames):
    """Gives normalisations that do nothing yet the mean and the variance of what they meet, and takes both out again.

    Training normalises by its batch: a normalisation that was folded would undo the convolution before it. Of pairs or frames
    [n, frames, side, side] as the network meets them.
    """
    network.eval()
    values = network.first(frames)
    for layer in network.encoder:
        if isinstance(layer, nn.BatchNorm2d) and not layer.running_mean.any():
            mean, variance = values.mean((0, 2, 3)), values.var((0, 2, 3))
            layer.running_mean.copy_(mean)
            layer.running_var.copy_(variance)
            layer.bias.add_(mean)
            layer.weight.copy_((variance + layer.eps).sqrt())
        values = layer(values)
