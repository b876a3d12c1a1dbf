"""Run: PYTHONPATH=models/training python3 -m unittest discover -s models/training/tests"""
import pathlib
import tempfile
import unittest

import numpy as np
import torch

from noise_fields import write_noise_fields
from semfocus_training import train
from semfocus_training.fields import Fields
from semfocus_training.gauge import Gauge, blur_of
from semfocus_training.networks import ImageNetwork, encoder_side, grow
from semfocus_training.optics import shift_phase, transfer_function, wave_vectors
from semfocus_training.pixel_network import parts, weighed
from semfocus_training.recipes import RECIPES
from semfocus_training.scenes import PairSource, Ranges, aberrations_of, there_and_nearer, under_and_over
from semfocus_training.spectral_network import SpectralFeatures


def point_moments(state, is_disc, size=256, pixel_um=0.01, convergence=8.74e-3):
    k = wave_vectors(size, size, pixel_um)
    transfer = transfer_function(
        k,
        torch.tensor([state]),
        torch.tensor([convergence]),
        torch.tensor([is_disc]),
        torch.tensor([0.02]),
    )
    spread = torch.fft.fftshift(torch.fft.irfft2(transfer, s=(size, size)))[0].double().numpy()
    at = (np.arange(size) - size // 2) * pixel_um
    x, y = np.meshgrid(at, at)
    total = spread.sum()
    return total, np.array(
        [[(spread * x * x).sum(), (spread * x * y).sum()], [(spread * x * y).sum(), (spread * y * y).sum()]]
    ) / total


class Optics(unittest.TestCase):
    def test_second_moments_are_those_of_the_equations(self):
        for is_disc in (False, True):
            z, a, b = 8.0, 3.0, -2.0
            matrix = np.array([[z - a, -b], [-b, z + a]])
            expected = 8.74e-3**2 / 4 * matrix @ matrix.T + 0.02**2 * np.eye(2)
            total, found = point_moments([z, a, b], is_disc)
            self.assertAlmostEqual(total, 1, places=5)
            np.testing.assert_allclose(found, expected, rtol=0.01, atol=2e-5)

    def test_disc_is_zero_where_the_bessel_function_is(self):
        kx = torch.tensor([[3.8317 / (8.74e-3 * 5)]])
        k = (kx, torch.zeros_like(kx))
        value = transfer_function(
            k, torch.tensor([[5.0, 0, 0]]), torch.tensor([8.74e-3]), torch.tensor([True]), torch.tensor([0.0])
        )
        self.assertLess(abs(value.item()), 1e-4)

    def test_shift_moves_content_to_the_right_and_down(self):
        image = torch.zeros(1, 32, 48)
        image[0, 10, 20] = 1
        k = wave_vectors(32, 48, 0.01)
        phase = shift_phase(k, torch.tensor([[0.03, 0.05]]))
        moved = torch.fft.irfft2(torch.fft.rfft2(image) * phase, s=(32, 48))
        self.assertEqual(divmod(int(moved.argmax()), 48), (15, 23))


class Networks(unittest.TestCase):
    def test_the_articles_widths_and_parameters(self):
        sides = {512: (1_816_773, 7), 384: (976_773, 5), 256: (416_773, 3), 128: (108_123, 1)}
        for side, (parameters, last) in sides.items():
            network = RECIPES[f"deepfocus-{side}"].network()
            self.assertEqual(sum(p.numel() for p in network.parameters()), parameters)
            self.assertEqual(encoder_side(side), last)
        score = RECIPES["deepfocus-score-384"].network()
        self.assertEqual(sum(p.numel() for p in score.parameters()), 976_824)

    def test_both_frames_meet_the_same_encoder(self):
        network = ImageNetwork(128, frames=2, outputs=3, hidden=(100, 50)).eval()
        frame = torch.rand(1, 1, 128, 128)
        features = network.encoder(torch.cat([frame, frame]))
        torch.testing.assert_close(features[0], features[1])

    def test_spectra_are_those_of_the_fourier_transform(self):
        side = 64
        features = SpectralFeatures(side, 0.35).double()
        pair = torch.rand(1, 2, side, side, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
        image = (pair - pair.mean((2, 3), keepdim=True)) * features.window
        transform = torch.fft.fft2(image)
        reach = features.reach
        rows = [row % side for row in range(-reach, reach + 1)]
        power = transform[:, :, rows, : reach + 1].abs() ** 2
        logs = (features.smooth(power) + 1e-6).log()
        expected = logs[:, 1] - logs[:, 0]
        found = features(pair)[:, 0]
        torch.testing.assert_close(found - found.mean(), expected - expected.mean(), rtol=0, atol=1e-5)

    def test_exchanging_the_frames_of_a_pair_negates_what_is_wrong(self):
        for name in ("deepfocus-spectral-128", "deepfocus-score-384", "deepfocus-128", "deepfocus-pixel-384"):
            torch.manual_seed(2)
            recipe = RECIPES[name]
            network = recipe.network().eval()
            pair = torch.rand(2, 2, recipe.side, recipe.side)
            there, back = network(pair), network(pair.flip(1))
            torch.testing.assert_close(back[:, :3], -there[:, :3], rtol=1e-4, atol=1e-4)
            torch.testing.assert_close(back[:, 3:], there[:, 3:], rtol=1e-4, atol=1e-4)

    def test_a_score_of_every_pixel_weighs_its_answer(self):
        recipe = RECIPES["deepfocus-pixel-384"]
        torch.manual_seed(8)
        network = recipe.network().train()
        pair = torch.rand(2, 2, 384, 384)
        states = torch.tensor([[[-2.0, 0.5, 0.0], [8.0, 0.5, 0.0]]]).repeat(2, 1, 1)
        answers = network(pair)
        self.assertEqual(tuple(answers.shape), (2, 4, 21, 21))
        recipe.loss(answers, states, 1).backward()
        self.assertTrue(all(torch.isfinite(value.grad).all() for value in network.parameters()))
        # One place alone counts: in the second row of squares, the third column.
        answers = torch.randn(1, 4, 21, 21)
        answers[0, 3, 5, 8] = 50
        answers[0, :3, 5, 8] = torch.tensor([1.0, -2.0, 3.0])
        torch.testing.assert_close(weighed(answers), torch.tensor([[1.0, -2.0, 3.0]]))
        self.assertAlmostEqual(parts(answers)[0, 7 + 2].item(), 1, places=5)
        even = parts(torch.zeros(1, 4, 21, 21))
        torch.testing.assert_close(even, torch.full((1, 49), 1 / 49))
        with torch.no_grad():
            self.assertEqual(tuple(network.eval()(pair).shape), (2, len(recipe.columns)))

    def test_a_spectral_network_says_the_same_of_larger_pixels(self):
        torch.manual_seed(3)
        recipe = RECIPES["deepfocus-spectral-128"]
        fine, coarse = recipe.network().eval(), recipe.network(2).eval()
        coarse.load_state_dict(fine.state_dict())
        spectrum = torch.zeros(1, 2, 128, 65, dtype=torch.complex64)
        for rows in (slice(0, 20), slice(-20, None)):
            spectrum[:, :, rows, :20] = torch.randn(1, 2, 20, 20, dtype=torch.complex64)
        image = torch.fft.irfft2(spectrum, s=(128, 128))
        torch.testing.assert_close(coarse(image[..., ::2, ::2]), fine(image), rtol=1e-2, atol=1e-2)

    def test_a_grown_network_begins_as_the_small_one(self):
        torch.manual_seed(4)
        small = RECIPES["deepfocus-128"].network().eval()
        large = RECIPES["deepfocus-256"].network().eval()
        grow(small.state_dict(), large)
        features = torch.rand(2, 2, 70, 1, 1)
        spread = features.expand(2, 2, 70, 3, 3)
        torch.testing.assert_close(large.head(spread.flatten(1)), small.head(features.flatten(1)))

    def test_a_grown_network_begins_as_the_mean_of_what_small_ones_see_in_its_parts(self):
        torch.manual_seed(4)
        small, large = (RECIPES[f"deepfocus-{side}"].network().eval() for side in (256, 384))
        grow(small.state_dict(), large)
        pair = torch.rand(1, 2, 384, 384)
        features = lambda network, patch: network.head[0](network.encode(patch).flatten(1))
        parts = [features(small, pair[..., y : y + 256, x : x + 256]) for y in (0, 64, 128) for x in (0, 64, 128)]
        torch.testing.assert_close(features(large, pair), torch.stack(parts).mean(0), rtol=1e-3, atol=1e-4)

    def test_a_spectral_network_does_not_see_brightness_or_contrast_of_a_frame(self):
        torch.manual_seed(1)
        network = RECIPES["deepfocus-spectral-128"].network().eval()
        pair = torch.rand(2, 2, 128, 128)
        changed = torch.stack([pair[:, 0], 0.1 + 1.2 * pair[:, 1]], 1)
        torch.testing.assert_close(network(changed), network(pair), rtol=1e-3, atol=1e-3)


class Training(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        write_noise_fields(self.folder)

    def test_over_is_the_sharper_frame_where_the_working_distance_is_too_short(self):
        source = PairSource(Fields(self.folder, "training"), 128, Ranges(dose=(80, 80), blank_share=0))
        torch.manual_seed(2)
        frames = source.expose(under_and_over(np.array([[-5.0, 0, 0]] * 4)), np.random.default_rng(2))
        edges = frames.diff(dim=3).abs().mean((0, 2, 3))
        self.assertGreater(edges[1], 1.2 * edges[0])

    def test_frames_that_a_search_compares_are_of_one_specimen_and_the_second_is_never_the_farther(self):
        deviations = np.array([[20.0, -4.0, 3.0]] * 50)
        first, second = there_and_nearer(deviations, np.random.default_rng(1)).swapaxes(0, 1)
        np.testing.assert_array_equal(first, deviations)
        self.assertTrue((abs(second) <= abs(first)).all())
        self.assertGreater(abs(second).max(), 15)

    def test_a_score_off_by_the_same_in_both_frames_of_a_specimen_costs_half_as_much(self):
        recipe = RECIPES["deepscore-128"]
        states = torch.tensor([[[2.0, 0.0, 0.0], [1.0, 0.0, 0.0]]])
        truth = recipe.truth(states)
        self.assertEqual(recipe.loss(truth, states, 1), 0)
        both = recipe.loss(truth + torch.tensor([[1.0, 0], [1.0, 0]]), states, 1)
        opposite = recipe.loss(truth + torch.tensor([[0.5, 0], [-0.5, 0]]), states, 1)
        # 1 / (1 + distance / 5), of 2 and of 1 um.
        self.assertAlmostEqual(both.item(), (5 / 7 + 5 / 6) / 2, places=5)
        self.assertAlmostEqual(opposite.item(), (5 / 7 + 5 / 6) / 4 + 5 / 7, places=5)

    def test_the_blur_of_either_frame_makes_a_line_of_what_is_wrong(self):
        # The difference of trace and anisotropy between the frames is linear in (z, a, b); by hand for z, a.
        blur = blur_of(torch.tensor([[[-2.0, 0.5, 0.0], [8.0, 0.5, 0.0]]]))[0].double()
        a, b = 0.5 * -1.878, 0.5 * 3.532
        for frame, z in zip(blur, (-2.0, 8.0)):
            half_trace = z * z + a * a + b * b
            expected = [np.log1p(half_trace), -2 * z * a / (1 + half_trace), -2 * z * b / (1 + half_trace)]
            np.testing.assert_allclose(frame.numpy(), expected, rtol=1e-5)
        self.assertLess(blur[:, 1:].abs().max(), 1)

    def test_the_gauge_asks_every_frame_for_its_own_state(self):
        torch.manual_seed(6)
        gauge = Gauge()
        states = torch.tensor([[[-2.0, 0.5, 0.0], [8.0, 0.5, 0.0]], [[-13.0, 1.0, 2.0], [-3.0, 1.0, 2.0]]])
        truth = blur_of(states)
        with torch.no_grad():
            gauge.bias.zero_()
            gauge.weight.copy_(torch.eye(3, 70))
        pairs = torch.zeros(4, 2, 70, 1, 1)
        pairs[:, :, :3, 0, 0] = truth.repeat_interleave(2, 0)
        self.assertLess(gauge.loss(pairs, states), 1e-6)
        self.assertLess(gauge.loss(pairs[::2].flatten(0, 1).unsqueeze(1), states), 1e-6)
        self.assertGreater(gauge.loss(pairs.flip(1), states), 0.1)

    def test_every_recipe_draws_what_its_network_and_loss_take(self):
        # A score network has more patches per state than are rendered at once.
        for name in ("deepfocus-128", "deepfocus-score-384", "deepscore-128", "deepfocus-spectral-128"):
            recipe = RECIPES[name]
            side = min(recipe.side, 128)
            fields = Fields(self.folder, "training")
            source = PairSource(fields, side, recipe.ranges, recipe.group, states_of=recipe.states_of)
            frames, states = source.draw(recipe.batch, np.random.default_rng(4))
            self.assertEqual(tuple(frames.shape), (recipe.batch * recipe.group, 2, side, side))
            self.assertEqual(tuple(states.shape), (recipe.batch, 2, 3))
            output = torch.zeros(len(recipe.met(frames)), len(recipe.columns))
            self.assertTrue(torch.isfinite(recipe.loss(output, states, recipe.group)))
            self.assertEqual(recipe.found(output, recipe.group).shape, recipe.truth(states).shape)

    def test_deviations_turn_into_aberrations_by_the_stigmator_matrix(self):
        np.testing.assert_allclose(aberrations_of(np.array([[1.0, 1.0, 0.0]])), [[1.0, -1.878, 3.532]])

    def test_learns_and_goes_on_where_it_was_interrupted(self):
        common = ["deepfocus-spectral-128", "--fields", str(self.folder), "--out", str(self.folder), "--every", "20"]
        train.main([*common, "--steps", "20"])
        train.main([*common, "--steps", "60"])
        curve = torch.load(self.folder / "deepfocus-spectral-128" / "checkpoint.pt")["curve"]
        self.assertEqual([line["step"] for line in curve], [20, 40, 60])
        self.assertLess(curve[-1]["loss"], 0.8 * curve[0]["loss"])


if __name__ == "__main__":
    unittest.main()
