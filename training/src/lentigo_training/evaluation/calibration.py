"""What turns logits into probabilities and decisions. Every number is chosen on validation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import softmax

from ..data.datasets import Picture
from ..data.taxonomy import DOMAINS
from .metrics import class_indices
from .operating_points import (
    OperatingPoint,
    Scored,
    operating_points,
    points_part,
    read_points,
    rounded_down,
)

LESION_DOMAINS = DOMAINS[:2]
COVERAGE = 0.9

BORROWED = 100
"""Pictures of the other domain that count beside those of a domain when its temperature is chosen.

Of a few dozen phone pictures alone a temperature is known within a factor of two only.
"""


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
            "predictionSet": set_part(self.set_threshold),
            "operatingPoints": points_part(self.operating_points),
            "gate": {"threshold": self.gate_threshold},
        }

    @classmethod
    def read(cls, path: Path) -> Calibration:
        """Reads what `write` wrote."""
        value = json.loads(path.read_text())
        points = read_points(value["operatingPoints"])
        threshold = value["predictionSet"]["threshold"]
        return cls(value["temperature"], threshold, points, value["gate"]["threshold"])

    def write(self, path: Path) -> None:
        """Writes the manifest part as a JSON file."""
        path.write_text(json.dumps(self.manifest(), indent=2) + "\n")


def set_part(threshold: float) -> dict[str, Any]:
    """The manifest's `predictionSet`."""
    return {"method": "lac", "coverage": COVERAGE, "threshold": threshold}


def calibrate(
    pictures: Sequence[Picture],
    logits: NDArray[Any],
    gate: NDArray[Any],
    temperature: Mapping[str, float] | None = None,
) -> Calibration:
    """Chooses every number on the given validation pictures: lesions of both domains and others.

    `temperature` by domain may be given; else it, too, is chosen for equally frequent classes.
    """
    truth = class_indices(pictures)
    domain = np.array([DOMAINS.index(p.domain) for p in pictures])
    lesion = truth >= 0
    source = np.array([p.dataset for p in pictures])
    groups = [p.group for p, shown in zip(pictures, lesion, strict=True) if shown]

    def chosen(own: NDArray[np.bool_]) -> float:
        weights = source_weights(source, lesion & own, lesion & ~own)[lesion]
        return best_temperature(truth[lesion], np.asarray(logits)[lesion, None], weights)

    found = temperature or {d: chosen(domain == i) for i, d in enumerate(LESION_DOMAINS)}
    first = Calibration(dict(found), 0.0, (), 1.0)
    probabilities = first.probabilities(logits, gate)[lesion]
    refused = softmax(np.float64(gate), axis=1)[:, DOMAINS.index("none")]
    return Calibration(
        dict(found),
        set_threshold(probabilities, truth[lesion]),
        operating_points(Scored.of(probabilities, truth[lesion], groups)),
        _gate_threshold(refused, domain),
    )


def source_weights(
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


def mean_of_views(logits: NDArray[Any], temperature: float) -> NDArray[np.float64]:
    """(n, 7) mean over the views of logits (n, v, 7) of the probabilities by a temperature."""
    return np.asarray(softmax(np.float64(logits) / temperature, axis=2).mean(axis=1))


def best_temperature(
    truth: NDArray[np.int64],
    logits: NDArray[Any],
    weights: NDArray[np.float64],
    prior: NDArray[np.float64] | float = 1.0,
) -> float:
    """The temperature with the least weighted log loss of logits (n, v, 7) of v views.

    `prior` (n, 7) is that of each picture; 1 stands for equally frequent classes.

    Not with every class counting alike: the calibration error that a user meets is one of pictures
    as they come, and the few pictures of rare classes would decide over the others.
    """

    def loss(log_temperature: float) -> float:
        weighted = mean_of_views(logits, float(np.exp(log_temperature))) * prior
        chance = weighted[np.arange(len(truth)), truth] / weighted.sum(axis=1)
        return float(-np.average(np.log(np.maximum(chance, 1e-12)), weights=weights))

    best = minimize_scalar(loss, bounds=(np.log(0.2), np.log(5)), method="bounded")
    return round(float(np.exp(best.x)), 4)


def set_threshold(probabilities: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """Split conformal, least ambiguous sets (Sadinle et al., 2019), with the finite-sample term."""
    scores = np.sort(probabilities[np.arange(len(truth)), truth])
    place = max(0, int(np.floor((len(truth) + 1) * (1 - COVERAGE))) - 1)
    return rounded_down(scores[place])


def _gate_threshold(refused: NDArray[np.float64], domain: NDArray[np.int64]) -> float:
    """The middle of the best thresholds by the mean share of right decisions over the domains.

    Thresholds are even steps in their logarithm up to 0.5: of healthy skin, which looks most like
    a lesion, the gate is never sure.
    """
    grid = np.concatenate([np.geomspace(0.01, 0.5, 391), np.linspace(0.505, 0.95, 90)])
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
