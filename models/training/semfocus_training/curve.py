"""Draws learning curves from the cards of networks. `python3 -m semfocus_training.curve --help`."""
import argparse
import json
import math
import pathlib
import sys
from html import escape

from .evaluate import CASES

# One row of panels each.
ROWS = {"wide, 19 e/nm2": "whole range", "near focus, 19 e/nm2": "near focus"}
# Titles of the columns, what stands on their axes and which of a case's errors belong to them.
COLUMNS = (("working distance", "um", slice(0, 1)), ("stigmators", "units", slice(1, 3)))
# Okabe, Ito 2008: told apart whatever colours someone sees.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("", "7 3", "2 3")
GRID, TEXT, SOFT = "#e3e6ea", "#1c2430", "#5a6472"
PANEL_WIDTH, PANEL_HEIGHT, LEFT, TOP, GAP_X, GAP_Y, LEGEND = 330, 220, 70, 92, 78, 76, 232


def ticks(low, high):
    """Limits and ticks of a logarithmic axis that holds low .. high: 1, 2, 5 of every decade."""
    steps = [digit * 10.0**power for power in range(-6, 10) for digit in (1, 2, 5)]
    first = max(i for i, step in enumerate(steps) if step <= low * 1.001)
    last = min(i for i, step in enumerate(steps) if step >= high * 0.999 and i > first)
    within = steps[first : last + 1]
    # Where many decades are shown, these alone.
    labelled = within if len(within) <= 12 else [step for step in within if _digit(step) == 1]
    return within[0], within[-1], within, labelled


def _digit(step):
    return round(step / 10 ** math.floor(math.log10(step) + 1e-9))


def number(value):
    """A tick as it is read: 10000 is 10k."""
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:g}"


def text(x, y, content, size=12, anchor="start", colour=TEXT, extra=""):
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{extra}>'
        f"{escape(content)}</text>"
    )


def series(card, case, columns):
    """(steps, mean of the errors of these columns) of a card's learning curve."""
    points = []
    for line in card["training"]["curve"]:
        errors = line["errors"][case][columns]
        points.append((line["step"], sum(errors) / len(errors)))
    return points


def panel(left, top, curves, styles, heading, unit, ignorant, x_axis):
    """One set of axes with a line per network, and where an answer of 0 would lie."""
    x_low, x_high, x_grid, x_labelled = x_axis
    values = [error for curve in curves for _, error in curve] + [ignorant]
    y_low, y_high, y_grid, y_labelled = ticks(min(values), max(values))
    across = lambda step: left + PANEL_WIDTH * math.log(step / x_low) / math.log(x_high / x_low)
    down = lambda error: top + PANEL_HEIGHT * math.log(y_high / error) / math.log(y_high / y_low)
    right, bottom = left + PANEL_WIDTH, top + PANEL_HEIGHT
    out = [text(left, top - 10, heading, 13, extra=' font-weight="600"')]
    for step in x_grid:
        out.append(f'<path d="M{across(step):.1f} {top}V{bottom}" stroke="{GRID}"/>')
    for error in y_grid:
        out.append(f'<path d="M{left} {down(error):.1f}H{right}" stroke="{GRID}"/>')
    out += [text(across(step), bottom + 17, number(step), 11, "middle", SOFT) for step in x_labelled]
    out += [text(left - 7, down(error) + 4, number(error), 11, "end", SOFT) for error in y_labelled]
    out.append(f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="{SOFT}"/>')
    out.append(text((left + right) / 2, bottom + 35, "training steps", 12, "middle", SOFT))
    turned = f' transform="rotate(-90 {left - 44} {(top + bottom) / 2})"'
    out.append(text(left - 44, (top + bottom) / 2, f"mean |error|, {unit}", 12, "middle", SOFT, turned))
    at = down(ignorant)
    out.append(f'<path d="M{left} {at:.1f}H{right}" stroke="{SOFT}" stroke-dasharray="1 3"/>')
    # Below the line where there is no room above it.
    out.append(text(right - 4, at + (14 if at < top + 12 else -5), "answers 0", 11, "end", SOFT))
    for curve, (colour, dash) in zip(curves, styles):
        points = " ".join(f"{across(step):.1f},{down(error):.1f}" for step, error in curve)
        out.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.8" '
            f'stroke-linejoin="round" stroke-dasharray="{dash}"/>'
        )
        step, error = curve[-1]
        out.append(f'<circle cx="{across(step):.1f}" cy="{down(error):.1f}" r="3" fill="{colour}"/>')
    return out


def drawn(cards):
    """An SVG of the learning curves of cards, best network first in the legend."""
    # By name, so that a network that gets better keeps its colour.
    names = sorted(card["name"] for card in cards)
    first_case = next(iter(ROWS))
    cards = sorted(cards, key=lambda card: series(card, first_case, COLUMNS[0][2])[-1][1])
    places = [names.index(card["name"]) for card in cards]
    styles = [(COLOURS[i % len(COLOURS)], DASHES[i // len(COLOURS) % len(DASHES)]) for i in places]
    steps = [line["step"] for card in cards for line in card["training"]["curve"]]
    x_axis = ticks(min(steps), max(steps))
    legend_left = LEFT + 2 * PANEL_WIDTH + GAP_X + 28
    width, height = legend_left + LEGEND, TOP + 2 * PANEL_HEIGHT + GAP_Y + 70
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="IBM Plex Sans, Helvetica, Arial, sans-serif" role="img">',
        "<title>Learning curves of the networks</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        text(LEFT - 50, 32, "How wrong one patch is, the longer a network is trained", 18, extra=' font-weight="600"'),
        text(LEFT - 50, 54, "specimens never trained on, 18.6 electrons per nm²", 13, colour=SOFT),
    ]
    for row, (case, where) in enumerate(ROWS.items()):
        wide, stigmators, _ = CASES[case]
        for column, ((what, unit, columns), half) in enumerate(zip(COLUMNS, (wide, stigmators))):
            left = LEFT + column * (PANEL_WIDTH + GAP_X)
            top = TOP + row * (PANEL_HEIGHT + GAP_Y)
            heading = f"{what}, {where}: ±{half:g} {unit}"
            curves = [series(card, case, columns) for card in cards]
            # Deviations are drawn evenly from both sides.
            out += panel(left, top, curves, styles, heading, unit, half / 2, x_axis)
    for i, (card, (colour, dash)) in enumerate(zip(cards, styles)):
        y = TOP + 8 + 40 * i
        out.append(
            f'<path d="M{legend_left} {y}h26" stroke="{colour}" stroke-width="2.4" stroke-dasharray="{dash}"/>'
        )
        out.append(text(legend_left + 34, y + 4, card["name"], 13))
        training = card["training"]
        seen = training["steps"] * training["batch"] * training["patchesPerState"]
        patches = f"{training['steps']:,} steps, {number(float(f'{seen:.2g}'))} patches"
        out.append(text(legend_left + 34, y + 20, patches, 11, colour=SOFT))
    if any(card["input"]["framesPerPatch"] == 1 for card in cards):
        note = "DeepScore: of the |working distance| and of |x| + |y| of single frames, 5 um under and over"
        out.append(text(LEFT, height - 14, note, 11, colour=SOFT))
    return "\n".join([*out, "</svg>"]) + "\n"


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python3 -m semfocus_training.curve",
        description="Draws how the held-out errors of networks fell while they were trained.",
        epilog="Example: PYTHONPATH=models/training python3 -m semfocus_training.curve models/weights/*/card.json "
        "--out docs/images/learning-curves.svg",
    )
    parser.add_argument("cards", nargs="+", help="card.json of every network to be drawn")
    parser.add_argument("--out", required=True, help="SVG file")
    options = parser.parse_args(arguments)
    cards = [json.loads(pathlib.Path(card).read_text()) for card in options.cards]
    for card in cards:
        if not card["training"].get("curve"):
            print(f"{card['name']} is left out: it was trained too briefly to have a curve", file=sys.stderr)
    cards = [card for card in cards if card["training"].get("curve")]
    if not cards:
        raise SystemExit("none of the cards has a curve")
    out = pathlib.Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(drawn(cards))


if __name__ == "__main__":
    main()
