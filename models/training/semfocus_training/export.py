"""Writes `model.onnx` and `card.json` of a trained network. `python3 -m semfocus_training.export --help`."""
import argparse
import hashlib
import inspect
import json
import pathlib

import numpy as np
import torch

from . import checkpoint
from .evaluate import closed_loop, one_step_errors
from .fields import Fields
from .recipes import RECIPES
from .scenes import CONVERGENCE, PERTURBATION_UM, STIGMATOR_MATRIX_UM

OPSET = 17
# Largest difference of any output between PyTorch and ONNX Runtime, um or units.
TOLERANCE = 1e-4


def write_onnx(network, recipe, path):
    """The averaged network for any number of patches; input `pair`, output `estimate`."""
    network.eval()
    example = torch.zeros(2, 2, recipe.side, recipe.side)
    options = {
        "input_names": ["pair"],
        "output_names": ["estimate"],
        "dynamic_axes": {"pair": {0: "patches"}, "estimate": {0: "patches"}},
        "opset_version": OPSET,
    }
    # PyTorch 1.13 has the older exporter alone, later versions call it by its name.
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        options["dynamo"] = False
    torch.onnx.export(network, example, str(path), **options)


def check_onnx(network, path, frames):
    """Largest difference to ONNX Runtime, or None where that is not installed."""
    try:
        import onnxruntime
    except ImportError:
        return None
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    with torch.no_grad():
        expected = network(frames).numpy()
    (found,) = session.run(None, {"pair": frames.numpy()})
    difference = float(np.abs(found - expected).max())
    if not difference <= TOLERANCE:
        raise ArithmeticError(f"ONNX Runtime differs by {difference}, more than {TOLERANCE}")
    return difference


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
    network.eval()

    folder = pathlib.Path(options.out) / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "model.onnx"
    write_onnx(network, recipe, path)
    frames = torch.randn(3, 2, recipe.side, recipe.side, generator=torch.Generator().manual_seed(7)) * 0.3
    difference = check_onnx(network, path, frames)

    training = Fields(options.fields, "training")
    held_out = Fields(options.fields, "validation")
    card = {
        "schema": 1,
        "name": recipe.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "input": {"name": "pair", "shape": ["patches", 2, recipe.side, recipe.side], "scaledBy": "(grey - 128) / 128"},
        "output": {
            "name": "estimate",
            "columns": recipe.columns,
        },
        "patchSidePx": recipe.side,
        "pixelSizeNm": training.pixel_um * 1e3,
        "perturbationUm": PERTURBATION_UM,
        "convergenceMrad": CONVERGENCE * 1e3,
        "stigmatorMatrixUmPerUnit": STIGMATOR_MATRIX_UM.tolist(),
        "training": {
            "steps": state["step"],
            "seconds": round(state["seconds"]),
            "batch": recipe.batch,
            "patchesPerState": recipe.group,
            "ranges": vars(recipe.ranges),
            "specimens": sorted({entry["specimen"] for entry in training.entries}),
            "seeds": sorted({entry["seed"] for entry in training.entries}),
            "curve": state["curve"],
        },
        "heldOut": {
            "seeds": sorted({entry["seed"] for entry in held_out.entries}),
            "onePatchMeanAbsoluteError": one_step_errors(network, recipe, held_out),
            "loop10Patches5ElectronsPerNm2": closed_loop(network, recipe, held_out),
        },
        "onnxRuntimeDifference": difference,
    }
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n")
    print(json.dumps(card["heldOut"], indent=2))


if __name__ == "__main__":
    main()
