"""Calibration by domain under the domain's prior, for one view and for eight.

Chosen on validation. `calibration` chooses what holds for equally frequent classes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from ..data.datasets import Picture
from ..data.taxonomy import CLASSES, DOMAINS, SUSPICIOUS
from ..data.views import CAREFUL
from . import priors as prior_shares
from .calibration import (
    BORROWED,
    LESION_DOMAINS,
    best_temperature,
    mean_of_views,
    set_part,
    set_threshold,
    source_weights,
)
from .metrics import class_indices
from .operating_points import OperatingPoint, Scored, operating_points, points_part, read_points
from .priors import Prior, under_prior


def beside(calibration: Path) -> Path:
    """The file that lies beside a calibration.json."""
    return calibration.with_name("domain_calibration.json")


MODES: Mapping[str, int] = {"plain": 1, "eightViews": CAREFUL}
"""Views that are read, by the name in the manifest."""

SELECTED = ("isic2019_84px", "isic_224", "isic_archive")
"""Data sets with pictures selected by class: no domain's mix, so nothing is chosen by them."""


@dataclass(frozen=True)
class Reading:
    """What holds for one domain and number of views, all under the domain's prior."""

    temperature: float
    set_threshold: float
    operating_points: tuple[OperatingPoint, ...]

    def manifest(self) -> dict[str, Any]:
        """As the pack's manifest holds it."""
        return {
            "temperature": self.temperature,
            "predictionSet": set_part(self.set_threshold),
            "operatingPoints": points_part(self.operating_points),
        }


@dataclass(frozen=True)
class DomainCalibration:
    """`readings[mode][domain]`, and the domains' priors."""

    priors: dict[str, Prior]
    readings: dict[str, dict[str, Reading]]

    def domain(self, gate: NDArray[Any]) -> NDArray[np.int64]:
        """(n,) index of the likelier lesion domain, from gate logits (n, v, 3) of v views."""
        mean = softmax(np.float64(gate), axis=2).mean(axis=1)
        return np.asarray(mean[:, : len(LESION_DOMAINS)].argmax(axis=1))

    def probabilities(
        self, mode: str, logits: NDArray[Any], gate: NDArray[Any]
    ) -> NDArray[np.float64]:
        """(n, 7) under each picture's domain's prior, from logits (n, v, 7) and gate (n, v, 3)."""
        domain = self.domain(gate)
        result = np.empty((len(logits), len(CLASSES)))
        for i, name in enumerate(LESION_DOMAINS):
            own = domain == i
            temperature = self.readings[mode][name].temperature
            result[own] = under_prior(mean_of_views(logits[own], temperature), self.priors[name])
        return result

    def sets(
        self, mode: str, probabilities: NDArray[np.float64], domain: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """(n, 7) which classes are in the prediction set: the likely ones, always the top one."""
        thresholds = np.array([self.readings[mode][d].set_threshold for d in LESION_DOMAINS])
        sets = probabilities >= thresholds[domain][:, None]
        sets[np.arange(len(sets)), probabilities.argmax(axis=1)] = True
        return np.asarray(sets)

    def manifest(self) -> dict[str, Any]:
        """The parts `priors` and `domainCalibration` of the pack's manifest."""
        return {
            "priors": prior_shares.manifest(self.priors),
            "domainCalibration": {
                domain: {
                    mode: {
                        "temperature": self.readings[mode][domain].temperature,
                        "predictionSet": set_part(self.readings[mode][domain].set_threshold),
                        "operatingPoints": points_part(
                            self.readings[mode][domain].operating_points
                        ),
                    }
                    for mode in MODES
                }
                for domain in LESION_DOMAINS
            },
        }

    @classmethod
    def read(cls, path: Path) -> DomainCalibration:
        """Reads what `write` wrote."""
        value = json.loads(path.read_text())
        readings = {
            mode: {
                domain: Reading(
                    part[mode]["temperature"],
                    part[mode]["predictionSet"]["threshold"],
                    read_points(part[mode]["operatingPoints"]),
                )
                for domain, part in value["domainCalibration"].items()
            }
            for mode in MODES
        }
        return cls(prior_shares.read(value["priors"]), readings)

    def write(self, path: Path) -> None:
        """Writes the manifest parts as a JSON file."""
        path.write_text(json.dumps(self.manifest(), indent=2, ensure_ascii=False) + "\n")


def calibrate(
    pictures: Sequence[Picture], logits: NDArray[Any], priors: Mapping[str, Prior]
) -> DomainCalibration:
    """Chooses every number on validation pictures with their logits (n, at least 8, 7).

    Only lesions of data sets that were not selected by class count.
    """
    truth = class_indices(pictures)
    used = (truth >= 0) & np.array([p.dataset not in SELECTED for p in pictures])
    truth, logits = truth[used], np.asarray(logits)[used]
    kept = [p for p, wanted in zip(pictures, used, strict=True) if wanted]
    domain = np.array([DOMAINS.index(p.domain) for p in kept])
    # The validation pictures of ISIC 2018 Task 3 are of HAM10000's kind: together one source.
    source = np.array([p.dataset.replace("isic2018_task3_val", "ham10000") for p in kept])
    groups = np.array([p.group for p in kept])
    prior = np.stack([priors[d] for d in LESION_DOMAINS])[domain]
    suspicious = [CLASSES.index(c) for c in SUSPICIOUS]
    readings: dict[str, dict[str, Reading]] = {}
    for mode, count in MODES.items():
        readings[mode] = {}
        for i, name in enumerate(LESION_DOMAINS):
            own = domain == i
            weights = source_weights(source, own, ~own)
            temperature = best_temperature(truth, logits[:, :count], weights, prior)
            mean = mean_of_views(logits[:, :count], temperature)
            chances = under_prior(mean, priors[name])
            lent = borrowed(own, np.isin(truth, suspicious))
            used_here = lent > 0
            scored = Scored.of(
                chances[used_here], truth[used_here], groups[used_here], lent[used_here]
            )
            readings[mode][name] = Reading(
                temperature,
                set_threshold(chances[own], truth[own]),
                operating_points(scored),
            )
    return DomainCalibration(dict(priors), readings)


def borrowed(own: NDArray[np.bool_], suspicious: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(n,) what each picture counts for a domain's alert levels.

    Its own count 1. Where fewer than BORROWED of them are suspicious, those of the other domain,
    read as if they were of this one, count as BORROWED pictures together: one lesion in twenty of
    a few dozen is one or two, and the levels would hang on these.
    """
    weight = own.astype(np.float64)
    if (own & suspicious).sum() < BORROWED and not own.all():
        weight[~own] = BORROWED / (~own).sum()
    return weight
