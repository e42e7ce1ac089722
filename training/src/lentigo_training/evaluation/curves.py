"""The curves behind the figures: ROC of the suspicious classes, reliability of the top class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from .metrics import calibration_bins

POINTS = 100
"""Most points of a ROC curve."""


def roc(positive: NDArray[np.bool_], score: NDArray[np.float64]) -> list[dict[str, float]]:
    """Points by falling threshold: flagged is what reaches the threshold.

    Of a longer curve, those at evenly spaced lengths along it are kept, ends included, so that
    corners and flat parts show alike.
    """
    false_positive, sensitivity, threshold = roc_curve(positive, score, drop_intermediate=True)
    steps = np.abs(np.diff(false_positive)) + np.abs(np.diff(sensitivity))
    along = np.concatenate([[0.0], np.cumsum(steps)])
    marks = np.linspace(0, along[-1], POINTS)
    kept = np.unique(np.abs(along[None, :] - marks[:, None]).argmin(axis=1))
    return [
        {
            "threshold": _share(threshold[i]),
            "sensitivity": _share(sensitivity[i]),
            "specificity": _share(1 - false_positive[i]),
        }
        for i in kept
    ]


def reliability(
    probabilities: NDArray[np.float64],
    truth: NDArray[np.int64],
    bins: int = 15,
    weights: NDArray[np.float64] | None = None,
) -> list[dict[str, float]]:
    """Mean confidence and share right of each bin of the top class's probability, in which a
    picture counts 1 or as `weights` (n,) say; `n` counts pictures.

    Both are the bin's middle where it has no picture.
    """
    pictures, _, _ = calibration_bins(probabilities, truth, bins)
    counts, confidence, right = calibration_bins(probabilities, truth, bins, weights)
    rows = []
    for k in range(bins):
        n, middle = counts[k], (k + 0.5) / bins
        rows.append(
            {
                "low": _share(k / bins),
                "high": _share((k + 1) / bins),
                "confidence": _share(confidence[k] / n if n else middle),
                "accuracy": _share(right[k] / n if n else middle),
                "n": int(pictures[k]),
            }
        )
    return rows


def curves(
    probabilities: NDArray[np.float64],
    truth: NDArray[np.int64],
    positive: NDArray[np.bool_],
    score: NDArray[np.float64],
) -> dict[str, Any]:
    """Both curves of some pictures, as metrics.json holds them."""
    return {
        "n": len(truth),
        "positives": int(positive.sum()),
        "roc": roc(positive, score),
        "calibration": reliability(probabilities, truth),
    }


def _share(value: float) -> float:
    return round(float(np.clip(value, 0, 1)), 4)
