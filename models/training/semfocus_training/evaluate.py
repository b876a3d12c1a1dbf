"""Errors on specimens that were not trained on, and the loop that an instrument would run."""
import dataclasses

import numpy as np
import torch

from .scenes import PairSource, Ranges, under_and_over

# Neither of training nor of a benchmark.
SEED = 90_001
# States per case while training goes on, and for a card: 32 leave a third of an error to chance.
WATCHED_STATES = 32
JUDGED_STATES = 256
# Fixed levels: one dose at a time.
CASES = {
    "wide, 19 e/nm2": (20.0, 5.0, 18.6),
    "wide, 5 e/nm2": (20.0, 5.0, 4.65),
    "small astigmatism, 19 e/nm2": (20.0, 0.5, 18.6),
    "near focus, 19 e/nm2": (2.0, 0.5, 18.6),
    "near focus, 5 e/nm2": (2.0, 0.5, 4.65),
}


def _ranges(dose):
    """Whatever networks are trained with, they are judged on the specimens as they are."""
    return dataclasses.replace(
        Ranges(), dose=(dose, dose), contrast=(0.6, 1.4), tilt=(0.0, 0.0), blank_share=0.0, half_blank_share=0.0
    )


@torch.no_grad()
def found_by(network, recipe, frames, group):
    network.eval()
    parts = [network(recipe.met(part)) for part in frames.split(16)]
    return recipe.found(torch.cat(parts), group)


def one_step_errors(network, recipe, fields, states=WATCHED_STATES, device="cpu"):
    """Mean absolute error of one patch pair per case: um, unit, unit; um, unit of scores."""
    out = {}
    for name, (wd, stig, dose) in CASES.items():
        random = np.random.default_rng(SEED)
        torch.manual_seed(SEED)
        source = PairSource(fields, recipe.side, _ranges(dose), 1, device, recipe.states_of)
        deviations = np.array([wd, stig, stig]) * random.uniform(-1, 1, (states, 3))
        frames, met = source.draw(states, random, deviations)
        error = (found_by(network, recipe, frames, 1) - recipe.truth(met)).abs().mean(0)
        out[name] = [round(value, 4) for value in error.tolist()]
    return out


def closed_loop(network, recipe, fields, dose=4.65, trajectories=9, patches=10, iterations=5, device="cpu"):
    """Mean absolute residual after 0, 1, ... iterations from the starts of the article's figure 5."""
    random = np.random.default_rng(SEED + 1)
    torch.manual_seed(SEED + 1)
    source = PairSource(fields, recipe.side, _ranges(dose), group=patches, device=device)
    tracks = []
    for _ in range(trajectories):
        state = np.array([[random.uniform(8, 12), random.uniform(-4, -2), random.uniform(2, 4)]])
        track = [np.abs(state[0])]
        for _ in range(iterations):
            frames = source.expose(under_and_over(state), random)
            state = state - found_by(network, recipe, frames, patches).cpu().numpy()
            track.append(np.abs(state[0]))
        tracks.append(track)
    return np.mean(tracks, 0).round(4).tolist()


@torch.no_grad()
def in_focus_scores(network, recipe, fields, doses=(18.6, 4.65), places=24, patches=10, device="cpu"):
    """Mean score of frames in focus, per dose: what a network for single frames answers to none better.

    The score of a frame is the least of each output over its patches, summed over the outputs.
    """
    network.eval()
    in_focus = np.zeros((1, 2, 3))
    out = []
    for dose in doses:
        random = np.random.default_rng(SEED + 2)
        torch.manual_seed(SEED + 2)
        source = PairSource(fields, recipe.side, _ranges(dose), group=patches, device=device)
        scores = [network(source.expose(in_focus, random)[:, :1]).amin(0).sum() for _ in range(places)]
        out.append({"doseElectronsPerNm2": dose, "score": round(torch.stack(scores).mean().item(), 4)})
    return out


def held_out_of(network, recipe, fields):
    """`heldOut` of a card: what a network does on specimens of seeds that were not trained on."""
    out = {
        "seeds": sorted({entry["seed"] for entry in fields.entries}),
        "onePatchMeanAbsoluteError": one_step_errors(network, recipe, fields, JUDGED_STATES),
    }
    if recipe.frames == 2:
        out["loop10Patches5ElectronsPerNm2"] = closed_loop(network, recipe, fields)
    else:
        out["inFocusScore"] = in_focus_scores(network, recipe, fields)
    return out
