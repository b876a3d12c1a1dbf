"""Trains the last layers of one of the article's networks, from the weights of the repository.

Nine tenths of the time of a step go into the first four convolutions. They stay as they are here: what they make of
a pair is computed once and kept, so that two cores show every pair to the other layers many times. A pair is one of patches. All
normalisations stay as they are as well.
"""
import argparse
import dataclasses
import json
import pathlib
import time

import numpy as np
import torch

from . import checkpoint
from .evaluate import one_step_errors
from .fields import Fields
from .networks import ImageNetwork, grow, split
from .pixel_network import PixelNetwork
from .recipes import RECIPES
from .scenes import PairSource
from .shipped import weights_of

# Widths of the draws of networks of pairs, and their shares (`Ranges.deviations`): more far states than the recipes
# have, because an encoder that is there already has no trouble near focus.
DEVIATIONS = ((35.0, 8.0, 0.4), (25.0, 1.5, 0.3), (6.0, 1.5, 0.15), (2.0, 0.5, 0.15))
PAIRS_IN_PART = 400
PAIRS_AT_ONCE = 8
# Of every so many parts one is for the loss of pairs that are not trained on.
HELD_OUT_PART = 8
BATCH = 64
WARM_UP_STEPS = 100
# Of the layers behind the encoder; its own have half of it. Both fall to nothing, linearly.
LEARNING_RATE = 5e-4
WEIGHT_DECAY = 1e-3


def of_each_frame(layers, frames):
    """Layers of every frame [pairs, frames, ...] by itself."""
    return layers(frames.flatten(0, 1)).unflatten(0, frames.shape[:2])


@torch.no_grad()
def draw_part(lower, source, number, pairs=PAIRS_IN_PART):
    """Activations [pairs, 2, channels, side, side], 16 bits, and states [pairs / group, 2, 3]; the same for the same number."""
    random = np.random.default_rng([77, number])
    torch.manual_seed(7_700_000 + number)
    activations, states = [], []
    at_once = max(1, PAIRS_AT_ONCE // source.group)
    for _ in range(pairs // (at_once * source.group)):
        frames, met = source.draw(at_once, random)
        with torch.autocast("cpu", torch.bfloat16):
            activations.append(of_each_frame(lower, frames.unsqueeze(2)).half().contiguous())
        states.append(met)
    return torch.cat(activations), torch.cat(states)


def parts_of(folder, count, draw):
    """`count` parts, those that the folder does not hold yet drawn and kept."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    started = time.monotonic()
    for number in range(count):
        path = folder / f"part-{number:03}.pt"
        part = checkpoint.load(path, "cpu")
        if part is None:
            part = draw(number)
            checkpoint.save(path, part)
            print(f"part {number + 1} of {count}, {time.monotonic() - started:.0f} s", flush=True)
        parts.append(part)
    return parts


def train(network, recipe, parts, epochs, after_epoch):
    """Head and upper layers; `after_epoch` gets the epoch, the step, and the loss of pairs not trained on."""
    network.eval()
    _, upper = split(network.encoder)
    by_state = lambda part: (part[0].unflatten(0, (-1, recipe.group)), part[1])
    held_out = [by_state(part) for part in parts[HELD_OUT_PART - 1 :: HELD_OUT_PART]]
    training = [by_state(part) for i, part in enumerate(parts) if i % HELD_OUT_PART != HELD_OUT_PART - 1]
    activations, states = (torch.cat(half) for half in zip(*training))
    read = lambda kept: network.above(upper, recipe.met(kept.flatten(0, 1).float()))
    groups = [
        {"params": [value for name, value in network.named_parameters() if not name.startswith("encoder.")], "top": LEARNING_RATE},
        {"params": list(upper.parameters()), "top": LEARNING_RATE / 2},
    ]
    optimiser = torch.optim.AdamW(groups, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    batch = max(1, BATCH // recipe.group)
    steps = len(states) // batch
    step = 0
    for epoch in range(epochs):
        for chosen in torch.randperm(len(states))[: steps * batch].view(steps, batch):
            for group in optimiser.param_groups:
                share = min(1, (step + 1) / WARM_UP_STEPS) * (1 - step / (epochs * steps))
                group["lr"] = group["top"] * share
            loss = recipe.loss(read(activations[chosen]), states[chosen], recipe.group)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([p for g in groups for p in g["params"]], 5.0)
            optimiser.step()
            step += 1
        with torch.no_grad():
            losses = [
                recipe.loss(torch.cat([read(x) for x in kept.split(batch)]), met, recipe.group).item()
                for kept, met in held_out
            ]
        after_epoch(epoch, step, float(np.mean(losses)))


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python3 -m semfocus_training.upper",
        description="Trains the last layers of one of the article's networks, on a CPU, from the weights of the "
        "repository; then `semfocus_training.export` writes them. Pairs that were drawn are kept for the next time.",
        epilog="Example: PYTHONPATH=models/training python3 -m semfocus_training.upper deepfocus-384 "
        "--fields models/training/.fields --weights models/weights --out models/training/.runs --pairs 10000",
    )
    names = [name for name, recipe in RECIPES.items() if isinstance(recipe.network(), (ImageNetwork, PixelNetwork))]
    parser.add_argument("name", choices=sorted(names))
    parser.add_argument("--fields", required=True, help="folder that npm run training:fields has written")
    parser.add_argument("--weights", required=True, help="folder of the weights to begin with; one subfolder per network")
    parser.add_argument("--start", choices=sorted(names), help="network to begin as, where not as itself: its encoder, and its head where that fits")
    parser.add_argument("--out", required=True, help="folder of checkpoints; one subfolder per network")
    parser.add_argument("--pairs", type=int, default=10_000, help="of patches, to draw (default 10000; 384 px: 0.1 s each)")
    parser.add_argument("--epochs", type=int, default=8, help="how often to show them (default 8)")
    parser.add_argument("--threads", type=int, help="CPU threads")
    options = parser.parse_args(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    recipe = RECIPES[options.name]
    network = recipe.network()
    start = RECIPES[options.start or options.name]
    grow(weights_of(pathlib.Path(options.weights) / start.name / "model.onnx", start.network()), network)
    network.eval()
    folder = pathlib.Path(options.out) / recipe.name
    lower, _ = split(network.encoder)
    lower = lower.to(memory_format=torch.channels_last)
    fields = Fields(options.fields, "training")
    ranges = recipe.ranges if recipe.frames == 1 else dataclasses.replace(recipe.ranges, deviations=DEVIATIONS)
    source = PairSource(fields, recipe.side, ranges, recipe.group, states_of=recipe.states_of)
    count = max(HELD_OUT_PART, options.pairs // PAIRS_IN_PART)
    parts = parts_of(folder / "parts", count, lambda number: draw_part(lower, source, number))
    validation = Fields(options.fields, "validation")
    started = time.monotonic()
    curve = []

    def after_epoch(epoch, step, loss):
        errors = one_step_errors(network, recipe, validation)
        curve.append({"step": step, "seconds": round(time.monotonic() - started), "loss": loss, "errors": errors})
        print(json.dumps(curve[-1]), flush=True)
        checkpoint.save(
            folder / "checkpoint.pt",
            {
                **{"name": recipe.name, "average": network.state_dict(), "step": step, "batch": BATCH},
                **{"seconds": curve[-1]["seconds"], "curve": curve, "statistics": "kept"},
                "ranges": dataclasses.asdict(ranges),
            },
        )

    torch.manual_seed(5)
    train(network, recipe, parts, options.epochs, after_epoch)


if __name__ == "__main__":
    main()
