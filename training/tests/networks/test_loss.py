"""What the loss teaches: its optimum for every data set and class, solved numerically."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import keras
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import softmax

from lentigo_training.data.datasets import Picture
from lentigo_training.data.sampler import MIXTURE, Sampler
from lentigo_training.data.taxonomy import BY_NAME, CLASSES, NO_LESION
from lentigo_training.networks import network

from ..conftest import SPLITS as LISTS

Array = NDArray[np.float64]


@cache
def listed() -> list[Picture]:
    """The training pictures of the committed lists; the files themselves are not needed."""
    pictures = []
    for name in MIXTURE:
        with (LISTS / f"{name}.csv").open(newline="") as file:
            pictures += [
                Picture(name, r["image_id"], r["dx"], r["group"], r["dx"], Path("none"))
                for r in csv.DictReader(file)
                if r["split"] == "train"
            ]
    return pictures


STEP = 1e-6
"""Half the distance between the points whose losses give a slope."""

CASES = sorted({(p.dataset, p.dx) for p in listed() if p.dx != NO_LESION})


def best_logits(label: Array, prior: Array) -> Array:
    """(7,) the bare logits with the least loss for a label (7,) and a log prior (7,)."""
    steps = np.concatenate([STEP * np.eye(len(CLASSES)), -STEP * np.eye(len(CLASSES))])
    target = np.tile(np.concatenate([label, prior, [0]]), (1 + len(steps), 1))

    def loss(logits: Array) -> tuple[float, Array]:
        # The point and its neighbours in one batch: the gradient is as cheap as the loss.
        points = np.concatenate([logits[None], logits + steps])
        tensors = keras.ops.convert_to_tensor(target), keras.ops.convert_to_tensor(points)
        value, *around = keras.ops.convert_to_numpy(network.class_loss(*tensors))
        above, below = np.split(np.array(around), 2)
        return float(value), (above - below) / (2 * STEP)

    return np.asarray(minimize(loss, np.zeros(len(CLASSES)), jac=True, options={"gtol": 1e-7}).x)


def test_every_data_set_is_looked_at() -> None:
    assert {d for d, _ in CASES} == {d for d in MIXTURE if BY_NAME[d].domain != "none"}


@pytest.mark.parametrize(("dataset", "code"), CASES)
def test_a_class_that_is_certain_is_read_as_certain(dataset: str, code: str) -> None:
    present = np.array([(dataset, c) in CASES for c in CLASSES])
    label = np.eye(len(CLASSES))[CLASSES.index(code)]
    prior = Sampler(listed(), 1).log_prior(dataset)
    logits = best_logits(label, prior)
    under_prior, bare = softmax(logits + prior), softmax(logits)
    assert under_prior[CLASSES.index(code)] >= 0.9
    assert under_prior[~present].sum() <= 0.02
    # A class that the data set lacks is not made likely where all classes count alike, either.
    assert bare[CLASSES.index(code)] >= 0.8
    assert bare[~present].sum() <= 0.08
