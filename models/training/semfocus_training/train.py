"""Trains one network; goes on from its checkpoint. `python3 -m semfocus_training.train --help`."""
import argparse
import copy
import json
import pathlib
import signal
import sys
import time

import numpy as np
import torch

from . import checkpoint
from .evaluate import one_step_errors
from .fields import Fields
from .gauge import Gauge
from .networks import ImageNetwork, grow
from .recipes import RECIPES
from .scenes import PairSource
from .shipped import settle, weights_of

WARM_UP_STEPS = 200
# From here on the learning rate falls with the root of the steps, so that a run may end at any time.
LEVEL_STEPS = 1500
# Part of the learning rate for a network that starts from another's weights, which a full one would undo.
GENTLE = 0.2
# Pairs that tell what normalisations meet which an export has folded.
SETTLING_PAIRS = 32
# Weights are averaged over about this many steps, or this part of all; the average is what is used.
AVERAGED_STEPS = 500
AVERAGED_PART = 0.1


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="python3 -m semfocus_training.train",
        description="Trains one network; the same command goes on where it was interrupted.",
        epilog="Example: PYTHONPATH=models/training python3 -m semfocus_training.train "
        "deepfocus-spectral-384 --fields models/training/.fields --out models/training/.runs --minutes 30",
    )
    parser.add_argument("name", choices=sorted(RECIPES))
    parser.add_argument("--fields", required=True, help="folder that npm run training:fields has written")
    parser.add_argument("--out", required=True, help="folder of checkpoints; one subfolder per network")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long at most (default 30)")
    parser.add_argument("--steps", type=int, default=10**9, help="steps in all, those before included")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--batch", type=int, help="states in a step (default: the recipe's, for a CPU)")
    parser.add_argument(
        "--learning-rate", type=float, help="at its highest (default: the recipe's, a fifth of it with --start)"
    )
    parser.add_argument("--every", type=int, default=250, help="steps between lines of the log (default 250)")
    parser.add_argument(
        "--precision",
        choices=("float32", "bfloat16"),
        default="float32",
        help="of convolutions and linear layers; bfloat16 is two to three times as fast where the processor has it",
    )
    parser.add_argument(
        "--start",
        help="article's networks: checkpoint of one for 128 px to begin as, or model.onnx of the same network to go on from",
    )
    return parser.parse_args(arguments)


def starting_weights(path, recipe):
    """Of a checkpoint, or of an exported network of the recipe itself."""
    if path.endswith(".onnx"):
        return weights_of(path, recipe.network())
    return torch.load(path, map_location="cpu")["average"]


def learning_rate(step, top):
    return top * min(1.0, (step + 1) / WARM_UP_STEPS) * min(1.0, (LEVEL_STEPS / (step + 1)) ** 0.5)


def follow(average, network, step):
    """Moves the averaged weights towards those of this step; buffers are taken as they are."""
    share = 1 / max(min(AVERAGED_STEPS, step + 1), AVERAGED_PART * step)
    with torch.no_grad():
        for mean, value in zip(average.parameters(), network.parameters()):
            mean.lerp_(value, share)
        for mean, value in zip(average.buffers(), network.buffers()):
            mean.copy_(value)


def main(arguments=None):
    options = parse(arguments)
    # Convolutions of one shape again and again.
    torch.backends.cudnn.benchmark = True
    if options.threads:
        torch.set_num_threads(options.threads)
    recipe = RECIPES[options.name]
    folder = pathlib.Path(options.out) / recipe.name
    fields = Fields(options.fields, "training", options.device, recipe.coarse)
    held_out = Fields(options.fields, "validation", options.device)

    torch.manual_seed(1)
    network = recipe.network(recipe.coarse)
    if options.start:
        grow(starting_weights(options.start, recipe), network)
    if (options.start or "").endswith(".onnx"):
        settling = Fields(options.fields, "validation", coarse=recipe.coarse)
        source = PairSource(settling, recipe.side // recipe.coarse, recipe.ranges)
        frames, _ = source.draw(SETTLING_PAIRS, np.random.default_rng(1))
        settle(network, recipe.met(frames))
    network = network.to(options.device, memory_format=torch.channels_last)
    average = copy.deepcopy(network)
    # A trained encoder knows the answers; a new gauge, which does not, would undo it.
    has_gauge = isinstance(network, ImageNetwork) and not (options.start or "").endswith(".onnx")
    gauge = Gauge().to(options.device) if has_gauge else None
    # What is looked at and kept works on pixels of the size of the patches.
    judged = recipe.network().to(options.device)
    top = options.learning_rate or recipe.learning_rate * (GENTLE if options.start else 1)
    trained = [*network.parameters(), *(gauge.parameters() if gauge else [])]
    optimiser = torch.optim.AdamW(
        trained, lr=top, weight_decay=recipe.weight_decay
    )
    step, seconds, curve = 0, 0.0, []
    known = checkpoint.load(folder / "checkpoint.pt", options.device)
    if known is not None:
        network.load_state_dict(known["network"])
        average.load_state_dict(known["average"])
        if gauge:
            gauge.load_state_dict(known["gauge"])
        optimiser.load_state_dict(known["optimiser"])
        step, seconds, curve = known["step"], known["seconds"], known["curve"]
        print(f"goes on at step {step}", flush=True)
    # A run that goes on meets new draws.
    random = np.random.default_rng([1, step])
    torch.manual_seed(1 + step)
    side = recipe.side // recipe.coarse
    source = PairSource(fields, side, recipe.ranges, recipe.group, options.device, recipe.states_of)
    batch = options.batch or recipe.batch
    device_type = torch.device(options.device).type

    def keep():
        checkpoint.save(
            folder / "checkpoint.pt",
            {
                "name": recipe.name,
                "network": network.state_dict(),
                "average": average.state_dict(),
                "gauge": gauge.state_dict() if gauge else None,
                "optimiser": optimiser.state_dict(),
                "step": step,
                "batch": batch,
                "seconds": seconds,
                "curve": curve,
            },
        )

    # A session that ends is no reason to lose steps; in the background SIGINT alone would go unheard.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.default_int_handler)
    started = since = time.monotonic()
    losses = []
    try:
        while step < options.steps and time.monotonic() - started < 60 * options.minutes:
            for group in optimiser.param_groups:
                group["lr"] = learning_rate(step, top)
            frames, states = source.draw(batch, random)
            network.train()
            with torch.autocast(device_type, torch.bfloat16, enabled=options.precision == "bfloat16"):
                if gauge:
                    features = network.encode(recipe.met(frames))
                    output = network.read(features)
                else:
                    output = network(recipe.met(frames))
            loss = recipe.loss(output.float(), states, recipe.group)
            if gauge:
                loss = loss + gauge.loss(features, states)
            if not torch.isfinite(loss):
                raise FloatingPointError(f"the loss of step {step} is {loss.item()}")
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 5.0)
            optimiser.step()
            follow(average, network, step)
            step += 1
            losses.append(loss.item())
            if step % options.every == 0:
                now = time.monotonic()
                seconds, since = seconds + now - since, now
                judged.load_state_dict(average.state_dict())
                errors = one_step_errors(judged, recipe, held_out, device=options.device)
                line = {"step": step, "seconds": round(seconds), "loss": float(np.mean(losses)), "errors": errors}
                curve.append(line)
                losses = []
                print(json.dumps(line), flush=True)
                keep()
    except KeyboardInterrupt:
        print("interrupted; the same command goes on", file=sys.stderr)
    seconds += time.monotonic() - since
    keep()


if __name__ == "__main__":
    main()
