"""The optics of the training against the simulator's, whose results cli/make/writeOpticsFixture.ts has written."""
import json
import pathlib
import unittest

import numpy as np
import torch

from semfocus_training import scenes
from semfocus_training.optics import shift_phase, transfer_function, wave_vectors

FOLDER = pathlib.Path(__file__).parent / "fixtures"
# Of the mean yield.
TOLERANCE = 1e-4


def blurred(specimen, case, pixel_um, convergence):
    height, width = specimen.shape
    k = wave_vectors(height, width, pixel_um)
    aberration, shift = case["aberration"], case["shiftNm"]
    transfer = transfer_function(
        k,
        torch.tensor([[aberration["zUm"], aberration["aUm"], aberration["bUm"]]]),
        torch.tensor([convergence]),
        torch.tensor([case["psf"] == "disc"]),
        torch.tensor([case["residualSpotNm"] * 1e-3]),
    )
    phase = shift_phase(k, torch.tensor([[shift["x"], shift["y"]]]) * 1e-3)
    return torch.fft.irfft2(torch.fft.rfft2(specimen) * transfer * phase, s=(height, width))[0]


class OpticsParity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.told = json.loads((FOLDER / "optics.json").read_text())
        specimen, *cls.pictures = torch.from_numpy(np.load(FOLDER / "optics.npy"))
        cls.specimen = specimen

    def test_pictures_are_those_of_the_simulator(self):
        self.assertEqual(len(self.pictures), len(self.told["cases"]))
        for case, expected in zip(self.told["cases"], self.pictures):
            with self.subTest(case):
                found = blurred(
                    self.specimen,
                    case,
                    self.told["pixelSizeNm"] * 1e-3,
                    self.told["instrument"]["convergenceMrad"] * 1e-3,
                )
                self.assertLess((found - expected).abs().max().item(), TOLERANCE * expected.mean().item())
                # A contrast that would make an error visible.
                self.assertGreater(expected.std().item(), 100 * TOLERANCE)

    def test_numbers_of_the_instrument_are_those_of_the_simulator(self):
        instrument = self.told["instrument"]
        self.assertAlmostEqual(scenes.CONVERGENCE * 1e3, instrument["convergenceMrad"])
        np.testing.assert_array_equal(scenes.STIGMATOR_MATRIX_UM, instrument["stigmatorMatrixUmPerUnit"])
        self.assertEqual(scenes.EFFICIENCY, instrument["efficiency"])
        self.assertEqual(scenes.MEAN_GREY, instrument["meanGrey"])
        self.assertEqual(scenes.PEDESTAL_GREY, instrument["pedestalGrey"] - instrument["meanGrey"])

    def test_settings_turn_into_aberrations_as_in_the_simulator(self):
        for one in self.told["deviations"]:
            deviation, aberration = one["deviation"], one["aberration"]
            settings = [deviation[name] for name in ("workingDistanceUm", "stigmatorX", "stigmatorY")]
            (found,) = scenes.aberrations_of(np.array([settings]))
            np.testing.assert_allclose(found, [aberration[name] for name in ("zUm", "aUm", "bUm")], atol=1e-12)
