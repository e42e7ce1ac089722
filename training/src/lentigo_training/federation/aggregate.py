"""One change of weights from several: a weighted mean, or one that a few cannot pull away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TRIMMED = 0.2
"""Share that is cut off on each side, of each weight: rounded down, but one from three on."""

FAR = 3.0
"""An outlier is so many times as far from the middle as the update in the middle."""


def weighted_mean(changes: Array, weights: Array) -> Array:
    """(d,) mean of changes (m, d) by weights (m,) (McMahan et al., FedAvg, arXiv:1602.05629)."""
    return np.asarray(np.average(changes, axis=0, weights=weights))


def trimmed_mean(changes: Array, weights: Array, share: float = TRIMMED) -> Array:
    """(d,) as `weighted_mean`, of each weight without its largest and smallest values.

    Yin et al., arXiv:1803.01498. Of one or two changes nothing is cut off.
    """
    count = len(changes)
    cut = max(1, int(share * count)) if count > 2 else 0
    order = np.argsort(changes, axis=0, kind="stable")[cut : count - cut]
    values = np.take_along_axis(changes, order, axis=0)
    kept = np.asarray(weights, np.float64)[order]
    return np.asarray((values * kept).sum(axis=0) / kept.sum(axis=0))


def outliers(changes: Array) -> list[int]:
    """Indices of the changes (m, d) that are far from their median; none for fewer than four."""
    if len(changes) < 4:
        return []
    distance = np.linalg.norm(changes - np.median(changes, axis=0), axis=1)
    limit = FAR * float(np.median(distance))
    return [int(place) for place in np.flatnonzero(distance > limit)]


HOW = {"mean": weighted_mean, "trimmed": trimmed_mean}
