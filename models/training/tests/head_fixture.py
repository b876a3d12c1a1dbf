"""What PyTorch says of heads like those that `semfocus recalibrate` trains: answers, loss, gradients, steps of AdamW.

From the root of the project: PYTHONPATH=models/training python3 models/training/tests/head_fixture.py models/recalibration/fixtures/head.json
"""
import json
import pathlib
import sys

import torch
from torch import nn

from semfocus_training.networks import ImageNetwork

# None is a multiple of four: what is padded has to be told from what is there.
FEATURES, HIDDEN, PAIRS, STEPS = 7, (6, 5), 5, 3
RANGES = torch.tensor([20.0, 5.0, 5.0])
LEARNING_RATE, WEIGHT_DECAY = 3e-3, 0.05


def network(outputs):
    """The shipped networks' reading of a head that is small enough for a fixture."""
    whole = ImageNetwork(128, frames=2, outputs=outputs, hidden=HIDDEN)
    layers, widths = [], (2 * FEATURES, *HIDDEN)
    for wide, narrow in zip(widths, widths[1:]):
        layers += [nn.Linear(wide, narrow), nn.ReLU()]
    whole.head = nn.Sequential(*layers, nn.Linear(widths[-1], outputs))
    return whole


def loss_of(answers, targets):
    each = ((answers[:, :3] - targets).abs() / RANGES).mean()
    if answers.shape[1] == 3:
        return each
    # One group: all pairs are patches of one state.
    mean = (answers[:, :3] * answers[:, 3:].softmax(0)).sum(0)
    return 0.75 * ((mean - targets[0]).abs() / RANGES).mean() + 0.25 * each


def layers_of(head, of=lambda parameter: parameter):
    """[weights, biases] of each layer, row by row."""
    return [
        [of(layer.weight).flatten().tolist(), of(layer.bias).tolist()] for layer in head if isinstance(layer, nn.Linear)
    ]


def case(outputs):
    torch.manual_seed(10 + outputs)
    whole = network(outputs).double()
    with torch.no_grad():
        # As large as trained ones: with PyTorch's own, hardly a ReLU is open.
        for parameter in whole.head.parameters():
            parameter.mul_(2)
    features = torch.rand(PAIRS, 2, FEATURES, dtype=torch.double)
    targets = torch.randn(PAIRS, 3, dtype=torch.double)
    if outputs == 4:
        targets = targets[:1].repeat(PAIRS, 1)
    before = layers_of(whole.head)
    optimiser = torch.optim.AdamW(whole.head.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    losses = []
    for step in range(STEPS):
        optimiser.zero_grad()
        answers = whole.read(features[..., None, None]).double()
        loss = loss_of(answers, targets)
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            first, slopes = answers.tolist(), layers_of(whole.head, lambda parameter: parameter.grad)
        optimiser.step()
    return {
        "sizes": [[2 * FEATURES, HIDDEN[0]], [HIDDEN[0], HIDDEN[1]], [HIDDEN[1], outputs]],
        "features": features.flatten(1).tolist(),
        "targets": targets.tolist(),
        "layers": before,
        "answers": first,
        "losses": losses,
        "slopes": slopes,
        "after": layers_of(whole.head),
    }


def main():
    content = {
        "torch": torch.__version__,
        "ranges": RANGES.tolist(),
        "learningRate": LEARNING_RATE,
        "weightDecay": WEIGHT_DECAY,
        "correction": case(3),
        "scoredCorrection": case(4),
    }
    rounded = json.loads(json.dumps(content), parse_float=lambda text: float(f"{float(text):.9g}"))
    pathlib.Path(sys.argv[1]).write_text(json.dumps(rounded) + "\n")


if __name__ == "__main__":
    main()
