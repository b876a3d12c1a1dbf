"""Writes `model.onnx` and `card.json` of a trained network. `python3 -m semfocus_training.export --help`."""
import argparse
import hashlib
import inspect
import io
import json
import os
import pathlib

import numpy as np
import torch

from . import checkpoint
from .compact import compact, round_weights
from .evaluate import held_out_of
from .fields import Fields
from .normalise import measure_statistics
from .recipes import RECIPES
from .scenes import CONVERGENCE, PERTURBATION_UM, STIGMATOR_MATRIX_UM, PairSource

OPSET = 17
OUTPUT = "estimate"
# Largest difference between PyTorch and ONNX Runtime, of any output of 1 (um, unit) or less; relative beyond.
TOLERANCE = 1e-4
# What the network is fed with is (grey - offset) / scale.
GREY_OFFSET = 128
GREY_SCALE = 128
# Points of the learning curve that a card keeps.
CURVE_POINTS = 60


def onnx_bytes(network, recipe):
    """The network for any number of patches: input `input_name(recipe)`, output `OUTPUT`."""
    import onnx

    name = input_name(recipe)
    # PyTorch 1.13 has the older exporter alone, later versions call it by its name.
    older = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    file = io.BytesIO()
    torch.onnx.export(
        network,
        torch.zeros(2, recipe.frames, recipe.side, recipe.side),
        file,
        input_names=[name],
        output_names=[OUTPUT],
        dynamic_axes={name: {0: "patches"}, OUTPUT: {0: "patches"}},
        opset_version=OPSET,
        **older,
    )
    model = onnx.load_from_string(file.getvalue())
    compact(model)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def input_name(recipe):
    return "pair" if recipe.frames == 2 else "frame"


def runtime_difference(network, recipe, model, patches):
    """Largest difference to ONNX Runtime for patches [n, frames, side, side], for all of them and for one.

    Throws ArithmeticError where that is more than `TOLERANCE`.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    largest = 0.0
    for part in (patches, patches[:1]):
        with torch.no_grad():
            expected = network(part).numpy()
        (found,) = session.run([OUTPUT], {input_name(recipe): part.numpy()})
        difference = np.abs(found - expected)
        if not np.all(difference <= TOLERANCE * np.maximum(1, np.abs(expected))):
            raise ArithmeticError(f"ONNX Runtime differs by {difference.max()}, more than {TOLERANCE}")
        largest = max(largest, float(difference.max()))
    return largest


def thinned(curve):
    """At most `CURVE_POINTS` of a learning curve, evenly on a logarithmic axis; first and last among them."""
    if len(curve) <= CURVE_POINTS:
        return curve
    return [curve[int(at) - 1] for at in np.unique(np.geomspace(1, len(curve), CURVE_POINTS).round())]


def write_beside(path, content):
    """Replaces a file at once: whoever reads it meets a whole one."""
    beside = path.with_name(path.name + ".partial")
    beside.write_bytes(content)
    os.replace(beside, path)


def write_card(folder, card):
    write_beside(folder / "card.json", (json.dumps(card, indent=2) + "\n").encode())


def card_of(recipe, network, state, model, training, held_out):
    """What `card.json` says, but for the difference to ONNX Runtime."""
    return {
        "schema": 1,
        "name": recipe.name,
        "summary": recipe.summary,
        "sha256": hashlib.sha256(model).hexdigest(),
        "input": {
            "name": input_name(recipe),
            "framesPerPatch": recipe.frames,
            "greyOffset": GREY_OFFSET,
            "greyScale": GREY_SCALE,
        },
        "output": {"name": OUTPUT, "columns": recipe.columns},
        "patchSidePx": recipe.side,
        "pixelSizeNm": training.pixel_um * 1e3,
        "perturbationUm": PERTURBATION_UM,
        "convergenceMrad": CONVERGENCE * 1e3,
        "stigmatorMatrixUmPerUnit": STIGMATOR_MATRIX_UM.tolist(),
        "training": {
            "steps": state["step"],
            "seconds": round(state["seconds"]),
            "batch": state["batch"],
            "patchesPerState": recipe.group,
            "ranges": state.get("ranges", vars(recipe.ranges)),
            "specimens": sorted({entry["specimen"] for entry in training.entries}),
            "seeds": sorted({entry["seed"] for entry in training.entries}),
            "curve": [{**line, "loss": round(line["loss"], 4)} for line in thinned(state["curve"])],
        },
        "heldOut": held_out_of(network, recipe, held_out),
    }


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python3 -m semfocus_training.export",
        description="Exports the averaged weights of a checkpoint, checks them with ONNX Runtime, writes the card.",
    )
    parser.add_argument("name", choices=sorted(RECIPES))
    parser.add_argument("--fields", required=True, help="folder that npm run training:fields has written")
    parser.add_argument("--runs", required=True, help="folder of checkpoints that was given to training")
    parser.add_argument("--out", required=True, help="folder of the weights; one subfolder per network")
    options = parser.parse_args(arguments)
    recipe = RECIPES[options.name]
    state = checkpoint.load(pathlib.Path(options.runs) / recipe.name / "checkpoint.pt", "cpu")
    if state is None:
        raise SystemExit(f"{options.runs} holds no checkpoint of {recipe.name}: train it first")
    network = recipe.network()
    network.load_state_dict(state["average"])
    training = Fields(options.fields, "training")
    source = PairSource(training, recipe.side, recipe.ranges, recipe.group, states_of=recipe.states_of)
    # Where they were kept, some are folded into the weights.
    if state.get("statistics") != "kept":
        measure_statistics(network, recipe, source)
    round_weights(network)
    network.eval()
    held_out = Fields(options.fields, "validation")

    model = onnx_bytes(network, recipe)
    torch.manual_seed(7)
    pairs, _ = PairSource(held_out, recipe.side).draw(5, np.random.default_rng(7))
    difference = runtime_difference(network, recipe, model, recipe.met(pairs))
    card = card_of(recipe, network, state, model, training, held_out)
    card["onnxRuntimeDifference"] = difference

    folder = pathlib.Path(options.out) / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    # The card last: it vouches for the model, by its hash.
    write_beside(folder / "model.onnx", model)
    write_card(folder, card)
    print(json.dumps({**card["heldOut"], "onnxRuntimeDifference": difference}, indent=2))


if __name__ == "__main__":
    main()
