"""Figures under the prior of a picture's domain, for one view and for eight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.datasets import Picture
from ..data.taxonomy import CLASSES, LESION_DOMAINS, SUSPICIOUS, TASK
from .calibration import mean_of_views
from .curves import reliability
from .domain_calibration import MODES, DomainCalibration
from .figures import Figures, Indices
from .metrics import auc, balanced_accuracy, calibration_error, calibration_floor, class_indices
from .operating_points import suspicion
from .priors import Prior, setting_priors, under_prior

SETTING_TITLES = {
    "home": "the mix of lesions at home",
    "practice": "the mix in general practice",
    "clinic": "the mix in a skin clinic",
}

PREFIXES = {"plain": ("prior.", ""), "eightViews": ("prior.careful.", ", careful reading")}


def chance_figures(
    figures: Figures,
    pictures: Sequence[Picture],
    logits: NDArray[Any],
    gate: NDArray[Any],
    calibration: DomainCalibration,
    clusters: Indices,
) -> None:
    """Adds the figures `prior.…` and `prior.careful.…` of lesions to `figures`.

    From logits (n, at least 8, k) and gate (n, at least 8, g); `clusters` (n,) numbers lesions.
    """
    truth = class_indices(pictures)
    for mode, count in MODES.items():
        prefix, title = PREFIXES[mode]
        own = replace(figures, prefix=prefix, title=f"{title}, under the domain's prior")
        views = logits[:, :count], gate[:, :count]
        chances, domain = calibration.probabilities(mode, *views), calibration.domain(views[1])
        _class_figures(own, chances, truth, clusters)
        set_figures(own, calibration.sets(mode, chances, domain), truth, clusters)
        readings = [calibration.readings[mode][name] for name in LESION_DOMAINS]
        positive, score = _suspicious(chances, truth)
        for place, point in enumerate(readings[0].operating_points):
            thresholds = np.array([r.operating_points[place].threshold for r in readings])
            flagged = score >= thresholds[domain]
            name = f"operating point '{point.id}'"
            own.share(f"{point.id}.sensitivity", f"Sensitivity, {name}", flagged[positive])
            own.share(f"{point.id}.specificity", f"Specificity, {name}", ~flagged[~positive])


def reliability_figures(
    figures: Figures,
    logits: NDArray[Any],
    gate: NDArray[Any],
    truth: NDArray[np.int64],
    calibration: DomainCalibration,
    clusters: Indices,
) -> list[dict[str, Any]]:
    """Reliability of the plain reading under each prior, as metrics.json's curves hold it.

    Under the domain's prior pictures count as they come. Of a setting they count as often as their
    class has a share there; only where every class is met, since the others cannot be made up for.
    Adds the settings' calibration errors to `figures`. Arguments as in `chance_figures`.
    """
    views = logits[:, :1], gate[:, :1]
    chances = calibration.probabilities("plain", *views)
    found = [{"prior": "domain", "calibration": reliability(chances, truth)}]
    shares = np.bincount(truth, minlength=len(CLASSES)) / len(truth)
    if not shares.all():
        return found
    for name, prior in setting_priors().items():
        weights = (prior / shares)[truth]
        there = under_prior(_likelihoods(*views, calibration), prior)
        bins = reliability(there, truth, weights=weights)
        found.append({"prior": name, "calibration": bins})
        _weighted_error(figures, name, there, truth, prior, clusters)
    return found


def _likelihoods(
    logits: NDArray[Any], gate: NDArray[Any], calibration: DomainCalibration
) -> NDArray[np.float64]:
    domain = calibration.domain(gate)
    result = np.empty((len(logits), len(CLASSES)))
    for i, name in enumerate(LESION_DOMAINS):
        temperature = calibration.readings["plain"][name].temperature
        result[domain == i] = mean_of_views(logits[domain == i], temperature)
    return result


def _weighted_error(
    figures: Figures,
    name: str,
    chances: NDArray[np.float64],
    truth: NDArray[np.int64],
    prior: Prior,
    clusters: Indices,
) -> None:
    def error(i: Indices) -> float:
        shares = np.bincount(truth[i], minlength=len(CLASSES)) / len(i)
        if not shares.all():
            raise ValueError("a class is missing")
        return calibration_error(chances[i], truth[i], weights=(prior / shares)[truth[i]])

    own = replace(figures, prefix=f"prior.{name}.", title=f", in {SETTING_TITLES[name]}")
    own.measure("calibrationError", "Calibration error (ECE, 15 bins)", error, clusters)


def _class_figures(
    figures: Figures, chances: NDArray[np.float64], truth: NDArray[np.int64], clusters: Indices
) -> None:
    top, headline = chances.argmax(axis=1), CLASSES.index(TASK.headline)
    positive, score = _suspicious(chances, truth)
    figures.share("accuracy", "Accuracy", top == truth)
    figures.measure(
        "balancedAccuracy",
        "Balanced accuracy (mean recall)",
        lambda i: balanced_accuracy(truth[i], top[i]),
        clusters,
    )
    figures.measure(
        "auc.suspicious",
        f"AUC, {TASK.alert}",
        lambda i: auc(positive[i], score[i]),
        clusters,
    )
    figures.measure(
        f"auc.{TASK.headline}",
        f"AUC of {TASK.headline} against the rest",
        lambda i: auc(truth[i] == headline, chances[i, headline]),
        clusters,
    )
    calibration_figures(figures, chances, truth, clusters)


def calibration_figures(
    figures: Figures, chances: NDArray[np.float64], truth: NDArray[np.int64], clusters: Indices
) -> None:
    """The calibration error of probabilities (n, k), and how much of it is chance."""
    figures.measure(
        "calibrationError",
        "Calibration error (ECE, 15 bins)",
        lambda i: calibration_error(chances[i], truth[i]),
        clusters,
    )
    figures.add(
        "calibrationFloor",
        "Calibration error by chance alone, were every probability right",
        *calibration_floor(chances, figures.seed),
        len(truth),
    )


def set_figures(
    figures: Figures, sets: NDArray[np.bool_], truth: NDArray[np.int64], clusters: Indices
) -> None:
    """Coverage and mean size of prediction sets (n, k)."""
    inside = sets[np.arange(len(truth)), truth]
    figures.share("setCoverage", "True class in the prediction set", inside)
    figures.measure(
        "setSize",
        "Mean size of the prediction set",
        lambda i: float(sets[i].sum(1).mean()),
        clusters,
    )


def _suspicious(
    chances: NDArray[np.float64], truth: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    return np.isin(truth, [CLASSES.index(c) for c in SUSPICIOUS]), suspicion(chances)
