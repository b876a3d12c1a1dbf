import importlib.util
import json
import pathlib
import tempfile
import unittest

import numpy as np
import torch
from torch import nn

from noise_fields import write_noise_fields
from semfocus_training.compact import round_weights
from semfocus_training import judge
from semfocus_training.evaluate import held_out_of, in_focus_scores
from semfocus_training.export import CURVE_POINTS, onnx_bytes, runtime_difference, thinned, write_beside
from semfocus_training.fields import Fields
from semfocus_training.networks import grow
from semfocus_training.normalise import measure_statistics
from semfocus_training.recipes import RECIPES
from semfocus_training.shipped import settle, weights_of

HAS_ONNX = all(importlib.util.find_spec(name) for name in ("onnx", "onnxruntime"))


class SpreadNetwork(nn.Module):
    """What a frame's greys spread by, less an amount, in place of a network for single frames."""

    def forward(self, frames):
        spread = frames.std((1, 2, 3))
        return torch.stack([spread, spread - 10], 1)


class Export(unittest.TestCase):
    def test_long_curves_keep_both_ends_and_the_order(self):
        curve = [{"step": 250 * (i + 1)} for i in range(700)]
        steps = [line["step"] for line in thinned(curve)]
        self.assertLessEqual(len(steps), CURVE_POINTS)
        self.assertGreater(len(steps), CURVE_POINTS / 2)
        self.assertEqual((steps[0], steps[-1]), (250, 175_000))
        self.assertEqual(steps, sorted(set(steps)))
        self.assertEqual(thinned(curve[:60]), curve[:60])

    def test_frames_in_focus_are_those_of_the_dose_and_the_least_patch_counts(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            write_noise_fields(folder)
            fields = Fields(folder, "validation")
            clean, noisy = in_focus_scores(SpreadNetwork(), RECIPES["deepscore-128"], fields, (80, 2), places=16)
            alone, _ = in_focus_scores(
                SpreadNetwork(), RECIPES["deepscore-128"], fields, (80, 2), places=16, patches=1
            )
        self.assertEqual([clean["doseElectronsPerNm2"], noisy["doseElectronsPerNm2"]], [80, 2])
        self.assertLess(clean["score"], noisy["score"])
        self.assertLess(clean["score"], alone["score"])
        # Of both outputs.
        self.assertLess(clean["score"], -9)

    def test_normalised_layers_know_the_mean_over_all_batches(self):
        class Batches:
            at = 0

            def draw(self, states, random):
                Batches.at += 1
                return torch.full((2, 2, 4, 4), float(Batches.at)), torch.zeros(2, 3)

        network = nn.Sequential(nn.BatchNorm2d(2)).eval()
        network[0].running_mean.fill_(99)
        measure_statistics(network, RECIPES["deepfocus-128"], Batches(), batches=4)
        torch.testing.assert_close(network[0].running_mean, torch.full((2,), 2.5))
        self.assertFalse(network.training)
        self.assertEqual(network[0].momentum, 0.1)

    def test_a_file_is_replaced_as_a_whole(self):
        with tempfile.TemporaryDirectory() as name:
            path = pathlib.Path(name) / "card.json"
            path.write_bytes(b"before, and longer")
            write_beside(path, b"after")
            self.assertEqual(path.read_bytes(), b"after")
            self.assertEqual(len(list(path.parent.iterdir())), 1)

    @unittest.skipUnless(HAS_ONNX, "exporting needs onnx and onnxruntime, training and its tests do not")
    def test_training_goes_on_from_an_exported_network(self):
        torch.manual_seed(7)
        for name in ("deepfocus-128", "deepscore-128", "deepfocus-pixel-384", "deepfocus-spectral-128"):
            recipe = RECIPES[name]
            network = recipe.network()
            patches = torch.randn(4, recipe.frames, recipe.side, recipe.side) * 0.3
            # Running means and variances that are not those of the beginning.
            network(patches)
            network.eval()
            round_weights(network)
            again = recipe.network().eval()
            model = onnx_bytes(network, recipe)
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "model.onnx"
                path.write_bytes(model)
                grow(weights_of(path, recipe.network()), again)
            self.assertLess(runtime_difference(again, recipe, model, patches), 1e-4)
            with torch.no_grad():
                torch.testing.assert_close(again(patches), network(patches), rtol=1e-3, atol=1e-4)
                settle(again, patches)
                self.assertLess(runtime_difference(again, recipe, model, patches), 1e-4)
                torch.testing.assert_close(again(patches), network(patches), rtol=1e-3, atol=1e-4)
                # In training too what was folded changes nothing: the batch's mean and variance are its own.
                [layer for layer in again.encoder if isinstance(layer, nn.BatchNorm2d)][-1].train()
                torch.testing.assert_close(again(patches), network(patches), rtol=1e-2, atol=1e-3)

    @unittest.skipUnless(HAS_ONNX, "exporting needs onnx and onnxruntime, training and its tests do not")
    def test_networks_of_both_kinds_answer_as_in_pytorch_for_any_number_of_patches(self):
        torch.manual_seed(5)
        for name in ("deepfocus-spectral-128", "deepscore-128", "deepfocus-pixel-384"):
            recipe = RECIPES[name]
            network = recipe.network().eval()
            round_weights(network)
            model = onnx_bytes(network, recipe)
            patches = torch.randn(3, recipe.frames, recipe.side, recipe.side) * 0.3
            self.assertLess(runtime_difference(network, recipe, model, patches), 1e-4)
            self.assertLess(len(model), 2.2 * sum(value.numel() for value in network.parameters()) + 4e5)

    @unittest.skipUnless(HAS_ONNX, "exporting needs onnx and onnxruntime, training and its tests do not")
    def test_judging_replaces_what_a_card_says_of_held_out_specimens_alone(self):
        torch.manual_seed(9)
        recipe = RECIPES["deepfocus-128"]
        network = recipe.network().eval()
        round_weights(network)
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            write_noise_fields(root)
            folder = root / recipe.name
            folder.mkdir()
            (folder / "model.onnx").write_bytes(onnx_bytes(network, recipe))
            (folder / "card.json").write_text(json.dumps({"sha256": "of the model", "heldOut": {"seeds": [7]}}))
            judge.main([recipe.name, "--fields", name, "--weights", name])
            card = json.loads((folder / "card.json").read_text())
            expected = held_out_of(network, recipe, Fields(root, "validation"))
        self.assertEqual(card["sha256"], "of the model")
        self.assertEqual(card["heldOut"]["seeds"], [4, 5])
        for case, errors in expected["onePatchMeanAbsoluteError"].items():
            np.testing.assert_allclose(card["heldOut"]["onePatchMeanAbsoluteError"][case], errors, rtol=1e-2)
