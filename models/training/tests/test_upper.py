"""Run: PYTHONPATH=models/training python3 -m unittest discover -s models/training/tests"""
import pathlib
import tempfile
import unittest

import torch

from noise_fields import write_noise_fields
from semfocus_training.fields import Fields
from semfocus_training.recipes import RECIPES
from semfocus_training.scenes import PairSource
from semfocus_training.upper import HELD_OUT_PART, draw_part, of_each_frame, parts_of, split, train


class Upper(unittest.TestCase):
    def test_lower_and_upper_layers_are_the_encoder(self):
        torch.manual_seed(3)
        network = RECIPES["deepfocus-128"].network().eval()
        pairs = torch.randn(2, 2, 128, 128) * 0.3
        lower, upper = split(network.encoder)
        with torch.no_grad():
            features = of_each_frame(upper, of_each_frame(lower, pairs.unsqueeze(2)))
            torch.testing.assert_close(features, network.encode(pairs))

    def test_parts_are_drawn_once_and_alike(self):
        recipe = RECIPES["deepfocus-128"]
        torch.manual_seed(3)
        lower, _ = split(recipe.network().eval().encoder)
        drawn = []

        def draw(number):
            drawn.append(number)
            return torch.full((2,), float(number)), torch.zeros(2)

        with tempfile.TemporaryDirectory() as folder:
            parts_of(pathlib.Path(folder), 2, draw)
            parts = parts_of(pathlib.Path(folder), 3, draw)
            self.assertEqual(drawn, [0, 1, 2])
            self.assertEqual([values[0].item() for values, _ in parts], [0, 1, 2])
            write_noise_fields(pathlib.Path(folder))
            source = PairSource(Fields(folder, "training"), recipe.side, recipe.ranges)
            first, again = (draw_part(lower, source, 4, pairs=8) for _ in range(2))
            torch.testing.assert_close(first, again)
            self.assertEqual(first[0].shape[:2], (8, 2))

    def test_states_of_several_patches_have_a_pair_of_each(self):
        recipe = RECIPES["deepfocus-score-384"]
        torch.manual_seed(3)
        lower, _ = split(RECIPES["deepfocus-128"].network().eval().encoder)
        with tempfile.TemporaryDirectory() as folder:
            write_noise_fields(pathlib.Path(folder))
            source = PairSource(Fields(folder, "training"), 128, recipe.ranges, recipe.group)
            activations, states = draw_part(lower, source, 0, pairs=10)
        self.assertEqual(activations.shape[:2], (10, 2))
        self.assertEqual(states.shape, (2, 2, 3))

    def test_training_moves_the_last_layers_alone_and_lowers_the_loss(self):
        for name in ("deepfocus-128", "deepscore-128", "deepfocus-score-384", "deepfocus-pixel-384"):
            with self.subTest(name):
                self.trains(RECIPES[name])

    def trains(self, recipe):
        torch.manual_seed(4)
        network = recipe.network().eval()
        lower, upper = split(network.encoder)
        with torch.no_grad():
            base = lower(torch.randn(2, 1, recipe.side, recipe.side))
        # Activations that tell the states, so that there is something to learn.
        parts = []
        for _ in range(HELD_OUT_PART):
            states = torch.randn(64 // recipe.group, 2, 3)
            told = states[..., 0] if recipe.frames == 1 else states.mean(1)[:, :1]
            parts.append((base * told.repeat_interleave(recipe.group, 0)[..., None, None, None], states))
        before = {key: value.clone() for key, value in network.state_dict().items()}
        losses = []
        train(network, recipe, parts, 6, lambda epoch, step, loss: losses.append(loss))
        self.assertLess(losses[-1], losses[0])
        after = network.state_dict()
        moved = {key for key in after if not torch.equal(after[key], before[key])}
        last = {key for key, _ in network.named_parameters() if key.startswith("head.")}
        self.assertTrue(last <= moved)
        self.assertFalse(any("running" in key for key in moved))
        self.assertNotIn("encoder.0.weight", moved)


if __name__ == "__main__":
    unittest.main()
