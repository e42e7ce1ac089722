"""Figures of the network on one split of one data set, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix

from ..data import views
from ..data.datasets import Picture
from ..data.groups import Details, members
from ..data.taxonomy import CLASSES, DOMAINS, SUSPICIOUS, TASK
from .calibration import Calibration
from .chances import (
    calibration_figures,
    chance_figures,
    reliability_figures,
    set_figures,
)
from .curves import curves
from .domain_calibration import DomainCalibration
from .figures import Figures, Indices
from .metrics import auc, balanced_accuracy, class_indices
from .operating_points import OperatingPoint, suspicion
from .predictions import Predictions

FEWEST = 20
"""A group with fewer pictures gets shares only."""

FEWEST_OF_A_KIND = 5
"""An AUC of a group needs this many suspicious pictures and as many others."""

STABILITY = {
    "flips": "a flip (left to right, top to bottom)",
    "turns": "a turn (one to three quarters)",
    "crops": "a crop to 90 % of the side (centre, two corners)",
    "light": "light (10 % more or less)",
}


@dataclass(frozen=True)
class Evaluated:
    """The predictions from which the figures of one data set are computed."""

    plain: Predictions
    careful: Predictions | None = None
    """By the eight views."""

    top_by_view: NDArray[np.int64] | None = None
    """(n, views.COUNT) index of the likeliest class in each view."""

    raw: tuple[NDArray[Any], NDArray[Any]] | None = None
    """Logits (n, views.COUNT, k) and gate (n, views.COUNT, g)."""

    @classmethod
    def of(
        cls,
        pictures: Sequence[Picture],
        logits: NDArray[Any],
        gate: NDArray[Any],
        calibration: Calibration,
    ) -> Evaluated:
        """From raw outputs (n, views.COUNT, k) and (n, views.COUNT, g)."""
        eight = slice(0, views.CAREFUL)
        return cls(
            Predictions.of(pictures, logits[:, 0], gate[:, 0], calibration),
            Predictions.of_views(pictures, logits[:, eight], gate[:, eight], calibration),
            logits.argmax(axis=2),
            (logits, gate),
        )


def report(
    evaluated: Evaluated,
    figures: Figures,
    details: Details,
    by_domain: DomainCalibration | None = None,
) -> dict[str, Any]:
    """Figures, confusion matrix and curves of one data set, as metrics.json holds them.

    `figures` is empty yet; `details` tell the groups. With `by_domain` come figures under the
    domain's prior. Where some pictures are known to be benign only, what is said is how well the
    headline condition and those with an alert are told apart from the others.
    """
    plain = evaluated.plain
    truth = class_indices(plain.pictures)
    _gate_figures(figures, plain)
    domain = np.array([DOMAINS.index(p.domain) for p in plain.pictures])
    named = plain.gate.argmax(axis=1) == domain
    figures.share("domainAccuracy", "Kind of picture recognised", named)
    careful = replace(figures, prefix="careful.", title=", careful reading")
    if evaluated.careful:
        _gate_figures(careful, evaluated.careful)
    if (truth < 0).any():
        return {"figures": figures.rows, "confusion": None, "curves": None}
    if not all(p.named for p in plain.pictures):
        for some, predictions in ((figures, plain), (careful, evaluated.careful)):
            if predictions:
                _benign_figures(some, predictions)
        return {"figures": figures.rows, "confusion": None, "curves": None}
    _class_figures(figures, plain)
    if evaluated.careful:
        _class_figures(careful, evaluated.careful)
    if evaluated.top_by_view is not None:
        _stability_figures(figures, evaluated.top_by_view, _clusters(plain.pictures))
    priors: list[dict[str, Any]] = []
    if by_domain and evaluated.raw:
        clusters = _clusters(plain.pictures)
        chance_figures(figures, plain.pictures, *evaluated.raw, by_domain, clusters)
        priors = reliability_figures(figures, *evaluated.raw, truth, by_domain, clusters)
    for group, inside in members(plain.pictures, details).items():
        _group_figures(replace(figures, group=group), plain.part(inside))
    counts = confusion_matrix(truth, plain.top, labels=range(len(CLASSES)))
    where = {"dataSet": figures.dataset, "split": figures.split}
    return {
        "figures": figures.rows,
        "confusion": {**where, "classes": list(CLASSES), "counts": counts.tolist()},
        "curves": {
            **where,
            **curves(plain.probabilities, truth, *_suspicious(plain)),
            "underPriors": priors,
        },
    }


def _gate_figures(figures: Figures, predictions: Predictions) -> None:
    lesion = bool((class_indices(predictions.pictures) >= 0).all())
    wanted = "accepted" if lesion else "refused"
    right = predictions.accepted if lesion else ~predictions.accepted
    figures.share(wanted, f"Pictures {wanted} by the gate", right)


def _benign_figures(figures: Figures, predictions: Predictions) -> None:
    truth, headline = class_indices(predictions.pictures), CLASSES.index(TASK.headline)
    figures.measure(
        f"auc.{TASK.headline}",
        f"AUC of {TASK.headline} against the rest",
        lambda i: auc(truth[i] == headline, predictions.probabilities[i, headline]),
        _clusters(predictions.pictures),
    )
    _auc(figures, predictions)
    screening = predictions.calibration.operating_points[0]
    _point_figures(figures, predictions, screening, values=False)


def _class_figures(figures: Figures, predictions: Predictions) -> None:
    truth, top = class_indices(predictions.pictures), predictions.top
    probabilities = predictions.probabilities
    clusters = _clusters(predictions.pictures)
    figures.share("accuracy", "Accuracy", top == truth)
    _balanced_accuracy(figures, predictions)
    calibration_figures(figures, probabilities, truth, clusters)
    _auc(figures, predictions)
    for k, code in enumerate(CLASSES):
        own = truth == k
        if not own.any():
            continue
        figures.share(f"recall.{code}", f"Recall of {code}", top[own] == k)
        figures.share(f"specificity.{code}", f"Specificity of {code}", top[~own] != k)
        figures.measure(
            f"auc.{code}",
            f"AUC of {code} against the rest",
            lambda i, k=k: auc(truth[i] == k, probabilities[i, k]),  # type: ignore[misc]
            clusters,
        )
    for point in predictions.calibration.operating_points:
        _point_figures(figures, predictions, point, values=True)
    set_figures(figures, predictions.calibration.sets(probabilities), truth, clusters)


def _group_figures(figures: Figures, predictions: Predictions) -> None:
    """Figures of a group: shares always, others only with enough pictures."""
    _gate_figures(figures, predictions)
    figures.share("accuracy", "Accuracy", predictions.top == class_indices(predictions.pictures))
    if len(predictions.pictures) >= FEWEST:
        _balanced_accuracy(figures, predictions)
        positive, _ = _suspicious(predictions)
        if min(positive.sum(), (~positive).sum()) >= FEWEST_OF_A_KIND:
            _auc(figures, predictions)
    screening = predictions.calibration.operating_points[0]
    _point_figures(figures, predictions, screening, values=False)


def _balanced_accuracy(figures: Figures, predictions: Predictions) -> None:
    truth, top = class_indices(predictions.pictures), predictions.top
    figures.measure(
        "balancedAccuracy",
        "Balanced accuracy (mean recall)",
        lambda i: balanced_accuracy(truth[i], top[i]),
        _clusters(predictions.pictures),
    )


def _auc(figures: Figures, predictions: Predictions) -> None:
    positive, score = _suspicious(predictions)
    figures.measure(
        "auc.suspicious",
        f"AUC, {TASK.alert}",
        lambda i: auc(positive[i], score[i]),
        _clusters(predictions.pictures),
    )


def _point_figures(
    figures: Figures, predictions: Predictions, point: OperatingPoint, values: bool
) -> None:
    """Sensitivity and specificity; the predictive `values`, too, at the test pictures' own mix."""
    positive, score = _suspicious(predictions)
    flagged = score >= point.threshold
    title = f"operating point '{point.id}'"
    figures.share(f"{point.id}.sensitivity", f"Sensitivity, {title}", flagged[positive])
    figures.share(f"{point.id}.specificity", f"Specificity, {title}", ~flagged[~positive])
    if values:
        figures.share(f"{point.id}.ppv", f"Positive predictive value, {title}", positive[flagged])
        figures.share(f"{point.id}.npv", f"Negative predictive value, {title}", ~positive[~flagged])


def _stability_figures(figures: Figures, top: NDArray[np.int64], clusters: Indices) -> None:
    changed = top[:, 1:] != top[:, :1]
    single = sorted(v - 1 for kind in views.KINDS.values() for v in kind)
    for kind, words in STABILITY.items():
        own = changed[:, [v - 1 for v in views.KINDS[kind]]]
        figures.share(f"stability.{kind}", f"Top class changed by {words}", own.any(axis=1))
    figures.share(
        "stability.any", "Top class changed by any of these", changed[:, single].any(axis=1)
    )
    alike = (top[:, : views.CAREFUL] == top[:, :1]).all(axis=1)
    figures.share("stability.eightViews", "Top class is the same in all eight views", alike)
    figures.measure(
        "stability.each",
        f"Top class changed by one of these {len(single)} changes, on average",
        lambda i: float(changed[i][:, single].mean()),
        clusters,
    )


def _suspicious(predictions: Predictions) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """(n,) whether the picture is of a suspicious class, and the summed probability of these."""
    suspects = [CLASSES.index(c) for c in SUSPICIOUS]
    positive = np.isin(class_indices(predictions.pictures), suspects)
    return positive, suspicion(predictions.probabilities)


def _clusters(pictures: Sequence[Picture]) -> Indices:
    """(n,) number of each picture's lesion or patient."""
    return np.asarray(np.unique([p.group for p in pictures], return_inverse=True)[1])
