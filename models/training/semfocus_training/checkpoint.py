"""Checkpoints that survive a kill at any moment."""
import os
import pathlib

import torch


def save(path, state):
    """Writes beside and renames: the file is always a whole one."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".partial")
    torch.save(state, beside)
    os.replace(beside, path)


def load(path, device):
    """What `save` wrote, or None where nothing is."""
    path = pathlib.Path(path)
    return torch.load(path, map_location=device) if path.exists() else None
