"""Judges exported networks anew and writes it into their cards. `python3 -m semfocus_training.judge --help`."""
import argparse
import json
import pathlib

from .evaluate import held_out_of
from .export import write_card
from .fields import Fields
from .recipes import RECIPES
from .shipped import weights_of


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python3 -m semfocus_training.judge",
        description="Judges exported networks on held-out specimens, without training them; replaces `heldOut` of their cards.",
    )
    parser.add_argument("names", nargs="+", choices=sorted(RECIPES), metavar="NAME")
    parser.add_argument("--fields", required=True, help="folder that npm run training:fields has written")
    parser.add_argument("--weights", required=True, help="folder of the exported weights")
    options = parser.parse_args(arguments)
    held_out = Fields(options.fields, "validation")
    for name in options.names:
        recipe, folder = RECIPES[name], pathlib.Path(options.weights) / name
        network = recipe.network()
        network.load_state_dict(weights_of(folder / "model.onnx", network))
        card = json.loads((folder / "card.json").read_text())
        card["heldOut"] = held_out_of(network, recipe, held_out)
        write_card(folder, card)
        print(json.dumps({name: card["heldOut"]["onePatchMeanAbsoluteError"]}, indent=2), flush=True)


if __name__ == "__main__":
    main()
