"""Alert levels: when the chances of akiec, bcc and mel together flag a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.taxonomy import CLASSES, SUSPICIOUS

SENSITIVITY = 0.95
"""What the screening level is to find of the suspicious lesions of new patients."""

_SUSPICIOUS = [CLASSES.index(c) for c in SUSPICIOUS]


@dataclass(frozen=True)
class OperatingPoint:
    """Flag a picture when the probabilities of SUSPICIOUS sum to `threshold` or more.

    `sensitivity` is the share that it flags of the suspicious pictures that it was chosen by, each
    counted as there.
    """

    id: str
    threshold: float
    sensitivity: float


@dataclass(frozen=True)
class Scored:
    """Pictures that levels are chosen by, (n,) each: what they score, whether they are suspicious,
    the number of their lesion or patient, and how much each counts."""

    score: NDArray[np.float64]
    positive: NDArray[np.bool_]
    lesion: NDArray[np.int64]
    weight: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        probabilities: NDArray[np.float64],
        truth: NDArray[np.int64],
        groups: Sequence[str] | NDArray[np.str_],
        weight: NDArray[np.float64] | None = None,
    ) -> Scored:
        """From probabilities (n, k), true classes (n,) and groups; without weights all count 1."""
        return cls(
            suspicion(probabilities),
            np.isin(truth, _SUSPICIOUS),
            np.unique(groups, return_inverse=True)[1].astype(np.int64),
            np.ones(len(truth)) if weight is None else weight,
        )


def points_part(points: Sequence[OperatingPoint]) -> list[dict[str, Any]]:
    """The manifest's `operatingPoints`."""
    return [{"classes": list(SUSPICIOUS), **vars(point)} for point in points]


def read_points(part: Sequence[Mapping[str, Any]]) -> tuple[OperatingPoint, ...]:
    """What `points_part` gave."""
    return tuple(OperatingPoint(p["id"], p["threshold"], p["sensitivity"]) for p in part)


def suspicion(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) summed probability of the premalignant and malignant classes."""
    return np.asarray(probabilities[:, _SUSPICIOUS].sum(axis=1))


def rounded_down(value: float) -> float:
    """To four digits, so that what reaches `value` reaches the threshold that is written down."""
    return float(np.floor(value * 1e4) / 1e4)


def operating_points(scored: Scored) -> tuple[OperatingPoint, ...]:
    """The screening level, and the one with the best Youden index that is no lower."""
    screening = screening_threshold(scored)
    balanced = max(screening, _best_youden(scored, screening))
    points = []
    for name, value in (("screening", screening), ("balanced", balanced)):
        threshold = rounded_down(min(1.0, value))
        found = scored.score[scored.positive] >= threshold
        weight = scored.weight[scored.positive]
        sensitivity = float(np.average(found, weights=weight))
        points.append(OperatingPoint(name, threshold, round(sensitivity, 4)))
    return tuple(points)


def screening_threshold(scored: Scored) -> float:
    """The highest threshold by which SENSITIVITY is to be expected of new lesions.

    Not the one that has it on these pictures: half of the time that has less on others. A lesion
    counts once, however many pictures it has, and one more that is missed is added to those seen
    (conformal risk control; Angelopoulos et al., arXiv:2208.02814, theorem 1). 0, which flags
    everything, where there are too few to promise anything.
    """
    _, lesion = np.unique(scored.lesion[scored.positive], return_inverse=True)
    pictures = np.bincount(lesion)
    weight = np.bincount(lesion, weights=scored.weight[scored.positive]) / pictures
    order = np.argsort(scored.score[scored.positive], kind="stable")
    scores = scored.score[scored.positive][order]
    missed = np.cumsum((weight / pictures)[lesion][order])  # just above each score
    most = weight.max()
    allowed = missed + most <= (1 - SENSITIVITY) * (weight.sum() + most) + 1e-9
    # The lowest score that must be found, with all ties.
    first = int(np.argmin(allowed))
    none_missed = most <= (1 - SENSITIVITY) * (weight.sum() + most) + 1e-9
    return float(scores[first]) if none_missed else 0.0


def _best_youden(scored: Scored, lowest: float) -> float:
    """The score from `lowest` up that has the largest sensitivity + specificity."""
    order = np.argsort(-scored.score, kind="stable")
    positive, weight = scored.positive[order], scored.weight[order]
    found = np.cumsum(weight * positive) / (weight * positive).sum()
    alarms = np.cumsum(weight * ~positive) / (weight * ~positive).sum()
    scores = scored.score[order]
    last_of_tie = np.append(scores[:-1] != scores[1:], True)
    usable = last_of_tie & (scores >= lowest)
    index = np.where(usable, found - alarms, -np.inf)
    return float(scores[int(np.argmax(index))])
