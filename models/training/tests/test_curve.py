import unittest
from xml.etree import ElementTree

from semfocus_training.curve import drawn, ticks
from semfocus_training.evaluate import CASES


def card(name, steps, errors, frames=2):
    curve = [{"step": step, "errors": {case: errors for case in CASES}} for step in steps]
    training = {"steps": steps[-1], "batch": 16, "patchesPerState": 1, "curve": curve}
    return {"name": name, "input": {"framesPerPatch": frames}, "training": training}


class Curve(unittest.TestCase):
    def test_axes_hold_what_is_drawn_and_stand_on_round_numbers(self):
        low, high, grid, _ = ticks(0.013, 0.9)
        self.assertEqual((low, high), (0.01, 1.0))
        self.assertEqual([float(f"{value:g}") for value in grid], [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0])
        self.assertEqual(ticks(250, 250)[:2], (200, 500))

    def test_every_network_has_a_line_in_all_four_panels_and_the_best_comes_first(self):
        cards = [card("worse", [250, 500], [2, 1, 1]), card("better<1>", [250, 1000], [1, 0.2, 0.4])]
        root = ElementTree.fromstring(drawn(cards))
        space = "{http://www.w3.org/2000/svg}"
        lines = [line.get("points").split() for line in root.iter(f"{space}polyline")]
        self.assertEqual(len(lines), 8)
        words = [element.text for element in root.iter(f"{space}text")]
        self.assertLess(words.index("better<1>"), words.index("worse"))
        # Equal errors lie at one height, later steps to the right, smaller errors below.
        (x0, y0), (x1, y1) = (map(float, point.split(",")) for point in lines[0])
        self.assertEqual(y0, y1)
        self.assertGreater(x1, x0)
        self.assertGreater(y0, float(lines[1][0].split(",")[1]))

    def test_a_network_for_single_frames_has_two_errors_and_a_note(self):
        picture = drawn([card("deepscore", [20, 40], [3, 2], frames=1)])
        self.assertIn("single frames", picture)
        self.assertNotIn("single frames", drawn([card("deepfocus", [20, 40], [3, 2, 2])]))
