"""Figures of a classifier: scikit-learn's, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from scipy.stats import binomtest
from sklearn.metrics import recall_score, roc_auc_score

from ..data.datasets import Picture
from ..data.taxonomy import CLASSES, DOMAINS, NO_LESION


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
            "balancedAccuracy": balanced_accuracy(truth, logits.argmax(axis=1)),
            "balancedLoss": float(-np.sum(balanced_weights(truth) * log)),
        }
    return figures


def balanced_accuracy(truth: NDArray[np.int64], predicted: NDArray[Any]) -> float:
    """Mean recall of the classes that the truth has, in [0, 1]."""
    present = np.unique(truth)
    return float(recall_score(truth, predicted, labels=present, average="macro", zero_division=0))


def auc(positive: NDArray[np.bool_], score: NDArray[Any]) -> float:
    """Area under the ROC curve; not a number where all pictures are positive, or none."""
    if positive.all() or not positive.any():
        return float("nan")
    return float(roc_auc_score(positive, score))


def calibration_error(
    probabilities: NDArray[Any],
    truth: NDArray[np.int64],
    bins: int = 15,
    weights: NDArray[np.float64] | None = None,
) -> float:
    """Expected calibration error of the top class: mean |confidence - accuracy| over equal bins,
    weighted by the pictures in each (Guo et al., arXiv:1706.04599), each of which counts 1 or as
    `weights` (n,) say."""
    counts, confidence, right = calibration_bins(probabilities, truth, bins, weights)
    return float(np.abs(confidence - right).sum() / counts.sum())


def calibration_floor(
    probabilities: NDArray[Any], seed: int, bins: int = 15, draws: int = 1000
) -> tuple[float, tuple[float, float]]:
    """Calibration error that chance alone makes where every probability is right: mean over draws
    and where 95 % of them lie (consistency resampling; Bröcker and Smith, Weather and Forecasting
    22, 2007). With few pictures it is far from zero."""
    rng = np.random.default_rng(seed)
    confidence = probabilities.max(axis=1)
    place = _bin_of(confidence, bins)
    gaps = [
        np.bincount(place, weights=confidence - (rng.random(len(confidence)) < confidence))
        for _ in range(draws)
    ]
    errors = np.array([np.abs(gap).sum() for gap in gaps]) / len(confidence)
    low, high = np.quantile(errors, [0.025, 0.975])
    return float(errors.mean()), (float(low), float(high))


def calibration_bins(
    probabilities: NDArray[Any],
    truth: NDArray[np.int64],
    bins: int,
    weights: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of equal bins of the top class's probability: pictures, summed probability, pictures right,
    each (bins,), a picture counting 1 or as `weights` (n,) say."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    place = _bin_of(confidence, bins)
    counted = np.ones(len(truth)) if weights is None else weights
    first, second, third = (
        np.bincount(place, weights=counted * value, minlength=bins).astype(np.float64)
        for value in (1, confidence, right)
    )
    return first, second, third


def _bin_of(confidence: NDArray[Any], bins: int) -> NDArray[np.int64]:
    """Index of the equal bin of [0, 1] that each value lies in."""
    return np.minimum((confidence * bins).astype(np.int64), bins - 1)


def proportion(hits: int, n: int) -> tuple[float, tuple[float, float]]:
    """hits / n with Wilson's 95 % interval."""
    result = binomtest(hits, n)
    interval = result.proportion_ci(0.95, method="wilson")
    return hits / n, (float(interval.low), float(interval.high))


def cluster_bootstrap(
    figure: Callable[[NDArray[np.int64]], float],
    groups: NDArray[np.int64],
    seed: int,
    resamples: int = 1000,
) -> tuple[float, float]:
    """95 % percentile interval of `figure(indices)` by resampling whole groups.

    Pictures of one lesion or patient are alike, so drawing single pictures would make the interval
    too narrow. Draws for which the figure does not exist (a class is missing) are left out.
    """
    rng = np.random.default_rng(seed)
    order = np.argsort(groups, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(groups))[:-1])
    drawn = []
    for _ in range(resamples):
        chosen = rng.integers(0, len(members), len(members))
        value = _or_nan(figure, np.concatenate([members[g] for g in chosen]))
        drawn.append(value)
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _or_nan(figure: Callable[[NDArray[np.int64]], float], indices: NDArray[np.int64]) -> float:
    try:
        return figure(indices)
    except ValueError:
        return float("nan")
