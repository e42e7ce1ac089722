"""The refitted head finds what is there to find, and stays put where it is told to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lentigo_training.datasets import Picture
from lentigo_training.metrics import balanced_accuracy, class_indices
from lentigo_training.refit import Seen, choose_head, fit_head, log_priors
from lentigo_training.taxonomy import CLASSES

WIDTH = 24
CENTRES = np.random.default_rng(9).normal(0, 1, (len(CLASSES), WIDTH))


def seen(seed: int, count: int = 1500) -> Seen:
    """Embeddings around a centre a class; naevi are four fifths of the pictures."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(len(CLASSES), count, p=[0.03, 0.03, 0.04, 0.03, 0.04, 0.8, 0.03])
    pictures = [
        Picture("ham10000", f"{i}", CLASSES[k], f"{i}", "any", Path("none"))
        for i, k in enumerate(truth)
    ]
    embedding = CENTRES[truth] + rng.normal(0, 1.6, (count, WIDTH))
    return Seen(pictures, embedding.astype(np.float32))


def zero_head() -> list[NDArray[np.float32]]:
    return [np.zeros((WIDTH, len(CLASSES)), np.float32), np.zeros(len(CLASSES), np.float32)]


def test_priors_are_the_shares_in_the_data_set() -> None:
    pictures = seen(1).pictures
    share = np.mean([p.dx == "nv" for p in pictures])
    assert np.exp(log_priors(pictures)[0, CLASSES.index("nv")]) == pytest.approx(share)


def test_the_fit_treats_rare_classes_alike() -> None:
    training, other = seen(1), seen(2)
    kernel, bias = fit_head(training.embedding, training.pictures, zero_head(), 0.01)
    predicted = (other.embedding @ kernel + bias).argmax(axis=1)
    truth = class_indices(other.pictures)
    assert balanced_accuracy(truth, predicted) > 0.75
    recall = [np.mean(predicted[truth == k] == k) for k in range(len(CLASSES))]
    assert recall[CLASSES.index("nv")] < np.mean(recall) + 0.1  # in spite of its four fifths


def test_a_strong_penalty_keeps_the_kernel() -> None:
    training = seen(1)
    start = [np.ones((WIDTH, 7), np.float32), np.zeros(7, np.float32)]
    kernel, _ = fit_head(training.embedding, training.pictures, start, 1e6)
    assert np.allclose(kernel, start[0], atol=1e-4)


def test_a_better_head_is_taken_and_a_good_one_kept(capsys: pytest.CaptureFixture[str]) -> None:
    training, validation = seen(1), seen(2)
    fitted = choose_head(training, validation, zero_head())
    assert np.abs(fitted[0]).max() > 0.1
    # Fitted to labels that mean nothing, no new head is better on validation.
    shuffled = Seen(training.pictures, training.embedding[::-1].copy())
    assert choose_head(shuffled, validation, fitted) is fitted
    assert capsys.readouterr().out.count("strength trained") == 2
