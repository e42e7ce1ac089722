"""What turns logits into probabilities and decisions. Every number is chosen on validation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.metrics import roc_curve

from ..data.datasets import Picture
from ..data.taxonomy import CLASSES, DOMAINS, SUSPICIOUS
from .metrics import class_indices

LESION_DOMAINS = DOMAINS[:2]
SENSITIVITY = 0.95
COVERAGE = 0.9

BORROWED = 100
"""Pictures of the other domain that count beside those of a domain when its temperature is chosen.

Of a few dozen phone pictures alone a temperature is known within a factor of two only.
"""

_SUSPICIOUS = [CLASSES.index(c) for c in SUSPICIOUS]


@dataclass(frozen=True)
class OperatingPoint:
    """Flag a picture when the probabilities of SUSPICIOUS sum to `threshold` or more."""

    id: str
    threshold: float
    sensitivity: float


@dataclass(frozen=True)
class Calibration:
    """Temperatures by lesion domain, threshold of the prediction set, operating points, gate."""

    temperature: dict[str, float]
    set_threshold: float
    operating_points: tuple[OperatingPoint, ...]
    gate_threshold: float

    def probabilities(self, logits: NDArray[Any], gate: NDArray[Any]) -> NDArray[np.float64]:
        """(n, 7) calibrated; the temperature is that of the likelier lesion domain."""
        likelier = np.asarray(gate)[:, : len(LESION_DOMAINS)].argmax(axis=1)
        temperature = np.array([self.temperature[d] for d in LESION_DOMAINS])[likelier]
        return np.asarray(softmax(np.float64(logits) / temperature[:, None], axis=1))

    def sets(self, probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
        """(n, 7) which classes are in the prediction set: the likely ones, always the top one."""
        sets = probabilities >= self.set_threshold
        sets[np.arange(len(sets)), probabilities.argmax(axis=1)] = True
        return np.asarray(sets)

    def manifest(self) -> dict[str, Any]:
        """The `calibration` part of the pack's manifest."""
        return {
            "temperature": self.temperature,
            "predictionSet": {
                "method": "lac",
                "coverage": COVERAGE,
                "threshold": self.set_threshold,
            },
            "operatingPoints": [
                {"classes": list(SUSPICIOUS), **vars(p)} for p in self.operating_points
            ],
            "gate": {"threshold": self.gate_threshold},
        }

    @classmethod
    def read(cls, path: Path) -> Calibration:
        """Reads what `write` wrote."""
        value = json.loads(path.read_text())
        points = tuple(
            OperatingPoint(p["id"], p["threshold"], p["sensitivity"])
            for p in value["operatingPoints"]
        )
        threshold = value["predictionSet"]["threshold"]
        return cls(value["temperature"], threshold, points, value["gate"]["threshold"])

    def write(self, path: Path) -> None:
        """Writes the manifest part as a JSON file."""
        path.write_text(json.dumps(self.manifest(), indent=2) + "\n")


def suspicion(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) summed probability of the premalignant and malignant classes."""
    return np.asarray(probabilities[:, _SUSPICIOUS].sum(axis=1))


def calibrate(pictures: Sequence[Picture], logits: NDArray[Any], gate: NDArray[Any]) -> Calibration:
    """Chooses every number on the given validation pictures: lesions of both domains and others."""
    truth = class_indices(pictures)
    domain = np.array([DOMAINS.index(p.domain) for p in pictures])
    lesion = truth >= 0
    source = np.array([p.dataset for p in pictures])
    temperature = {}
    for i, name in enumerate(LESION_DOMAINS):
        weights = _weights(source, lesion & (domain == i), lesion & (domain != i))[lesion]
        temperature[name] = _temperature(truth[lesion], np.asarray(logits)[lesion], weights)
    first = Calibration(temperature, 0.0, (), 1.0)
    probabilities = first.probabilities(logits, gate)[lesion]
    refused = softmax(np.float64(gate), axis=1)[:, DOMAINS.index("none")]
    return Calibration(
        temperature,
        _set_threshold(probabilities, truth[lesion]),
        _operating_points(suspicion(probabilities), np.isin(truth[lesion], _SUSPICIOUS)),
        _gate_threshold(refused, domain),
    )


def _rounded_down(value: float) -> float:
    return float(np.floor(value * 1e4) / 1e4)


def _weights(
    source: NDArray[np.str_], own: NDArray[np.bool_], others: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """(n,) what each picture counts for a domain's temperature.

    Its own data sets count alike, since an unknown clinic is no more like the largest than like
    another; those of the other domain count as BORROWED pictures together.
    """
    weights = np.zeros(len(source))
    for part, total in ((own, np.sum(own)), (others, BORROWED)):
        names = np.unique(source[part])
        for name in names:
            pictures = part & (source == name)
            weights[pictures] = total / len(names) / np.sum(pictures)
    return weights


def _temperature(
    truth: NDArray[np.int64], logits: NDArray[Any], weights: NDArray[np.float64]
) -> float:
    """The temperature with the least weighted log loss.

    Not with every class counting alike: the calibration error that a user meets is one of pictures
    as they come, and the few pictures of rare classes would decide over the others.
    """

    def loss(log_temperature: float) -> float:
        log = log_softmax(np.float64(logits) / np.exp(log_temperature), axis=1)
        return float(-np.average(log[np.arange(len(truth)), truth], weights=weights))

    best = minimize_scalar(loss, bounds=(np.log(0.2), np.log(5)), method="bounded")
    return round(float(np.exp(best.x)), 4)


def _set_threshold(probabilities: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """Split conformal, least ambiguous sets (Sadinle et al., 2019), with the finite-sample term."""
    scores = np.sort(probabilities[np.arange(len(truth)), truth])
    place = max(0, int(np.floor((len(truth) + 1) * (1 - COVERAGE))) - 1)
    return _rounded_down(scores[place])


def _operating_points(
    score: NDArray[np.float64], positive: NDArray[np.bool_]
) -> tuple[OperatingPoint, ...]:
    false_positive, true_positive, thresholds = roc_curve(positive, score, drop_intermediate=False)
    screening = int(np.argmax(true_positive >= SENSITIVITY))
    balanced = int(np.argmax(true_positive - false_positive))
    points = []
    for name, place in (("screening", screening), ("balanced", balanced)):
        threshold = _rounded_down(min(1.0, thresholds[place]))
        sensitivity = float(np.mean(score[positive] >= threshold))
        points.append(OperatingPoint(name, threshold, round(sensitivity, 4)))
    return tuple(points)


def _gate_threshold(refused: NDArray[np.float64], domain: NDArray[np.int64]) -> float:
    """The middle of the best thresholds by the mean share of right decisions over the domains."""
    grid = np.linspace(0.05, 0.95, 181)
    none = DOMAINS.index("none")
    right = [
        np.mean(
            [
                np.mean((refused[domain == d] >= t) == (d == none))
                for d in range(len(DOMAINS))
                if (domain == d).any()
            ]
        )
        for t in grid
    ]
    return round(float(np.median(grid[np.isclose(right, np.max(right))])), 4)
