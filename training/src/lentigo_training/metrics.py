"""Figures of a classifier: scikit-learn's, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.metrics import balanced_accuracy_score

from .datasets import Picture
from .taxonomy import CLASSES, DOMAINS, NO_LESION


def class_indices(pictures: Sequence[Picture]) -> NDArray[np.int64]:
    """(n,) index of each picture's class; -1 without a lesion."""
    return np.array([-1 if p.dx == NO_LESION else CLASSES.index(p.dx) for p in pictures])


def balanced_weights(truth: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n,) weights that sum to 1 and give every class present the same share."""
    counts = np.bincount(truth)
    weights = 1 / counts[truth]
    return np.asarray(weights / weights.sum())


def quick_figures(
    pictures: Sequence[Picture], logits: NDArray[Any], gate: NDArray[Any]
) -> dict[str, float]:
    """The few figures that are watched while training; keys as the history shows them."""
    domain = np.array([DOMAINS.index(p.domain) for p in pictures])
    figures = {"gateAccuracy": float(np.mean(gate.argmax(axis=1) == domain))}
    truth = class_indices(pictures)
    if (truth >= 0).all():
        log = log_softmax(logits, axis=1)[np.arange(len(truth)), truth]
        figures |= {
            "accuracy": float(np.mean(logits.argmax(axis=1) == truth)),
            "balancedAccuracy": float(balanced_accuracy_score(truth, logits.argmax(axis=1))),
            "balancedLoss": float(-np.sum(balanced_weights(truth) * log)),
        }
    return figures
