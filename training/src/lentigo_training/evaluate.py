"""Figures of the network on one split of one data set, with 95 % intervals."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.metrics import confusion_matrix, roc_auc_score

from .calibration import Calibration, suspicion
from .datasets import Picture
from .metrics import (
    balanced_accuracy,
    calibration_error,
    class_indices,
    cluster_bootstrap,
    proportion,
)
from .taxonomy import CLASSES, DOMAINS, SUSPICIOUS

RUNTIME = "keras-float"
Figure = dict[str, Any]


@dataclass(frozen=True)
class Predictions:
    """What the network says of some pictures: calibrated probabilities (n, 7), gate (n, 3)."""

    pictures: Sequence[Picture]
    probabilities: NDArray[np.float64]
    gate: NDArray[np.float64]
    calibration: Calibration

    @classmethod
    def of(
        cls,
        pictures: Sequence[Picture],
        logits: NDArray[Any],
        gate: NDArray[Any],
        calibration: Calibration,
    ) -> Predictions:
        """From the network's raw outputs."""
        probabilities = calibration.probabilities(logits, gate)
        return cls(pictures, probabilities, softmax(np.float64(gate), axis=1), calibration)

    @property
    def none(self) -> NDArray[np.float64]:
        """(n,) probability that there is no lesion."""
        return self.gate[:, DOMAINS.index("none")]

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """(n,) whether the gate lets the picture through."""
        return np.asarray(self.none < self.calibration.gate_threshold)


def report(
    predictions: Predictions, dataset: str, split: str, seed: int, resamples: int = 1000
) -> dict[str, Any]:
    """Figures and confusion matrix of one data set, as metrics.json holds them.

    `resamples` are those of the bootstrap intervals.
    """
    pictures = predictions.pictures
    figures = _Figures(dataset, split)
    truth = class_indices(pictures)
    lesion = bool((truth >= 0).all())
    wanted = "accepted" if lesion else "refused"
    right = predictions.accepted if lesion else ~predictions.accepted
    figures.share(wanted, f"Pictures {wanted} by the gate", right)
    domain = np.array([DOMAINS.index(p.domain) for p in pictures])
    named = predictions.gate.argmax(axis=1) == domain
    figures.share("domainAccuracy", "Kind of picture recognised", named)
    if not lesion:
        return {"figures": figures.rows, "confusion": None}
    groups = np.unique([p.group for p in pictures], return_inverse=True)[1]
    _class_figures(
        figures,
        predictions,
        truth,
        partial(cluster_bootstrap, groups=groups, seed=seed, resamples=resamples),
    )
    counts = confusion_matrix(
        truth, predictions.probabilities.argmax(axis=1), labels=range(len(CLASSES))
    )
    confusion = {
        "dataSet": dataset,
        "split": split,
        "classes": list(CLASSES),
        "counts": counts.tolist(),
    }
    return {"figures": figures.rows, "confusion": confusion}


def _class_figures(
    figures: _Figures,
    predictions: Predictions,
    truth: NDArray[np.int64],
    bootstrap: Callable[[Callable[[NDArray[np.int64]], float]], tuple[float, float]],
) -> None:
    probabilities = predictions.probabilities
    top = probabilities.argmax(axis=1)
    suspicious = np.isin(truth, [CLASSES.index(c) for c in SUSPICIOUS])
    score = suspicion(probabilities)

    def measure(name: str, label: str, figure: Callable[[NDArray[np.int64]], float]) -> None:
        value = figure(np.arange(len(truth)))
        figures.add(name, label, value, bootstrap(figure), len(truth))

    figures.share("accuracy", "Accuracy", top == truth)
    measure(
        "balancedAccuracy",
        "Balanced accuracy (mean recall)",
        lambda i: balanced_accuracy(truth[i], top[i]),
    )
    measure(
        "calibrationError",
        "Calibration error (ECE, 15 bins)",
        lambda i: calibration_error(probabilities[i], truth[i]),
    )
    measure(
        "auc.suspicious",
        "AUC, premalignant or malignant against benign",
        lambda i: float(roc_auc_score(suspicious[i], score[i])),
    )
    for k, code in enumerate(CLASSES):
        own = truth == k
        if not own.any():
            continue
        figures.share(f"recall.{code}", f"Recall of {code}", top[own] == k)
        figures.share(f"specificity.{code}", f"Specificity of {code}", top[~own] != k)
        measure(
            f"auc.{code}",
            f"AUC of {code} against the rest",
            lambda i, k=k: float(roc_auc_score(truth[i] == k, probabilities[i, k])),  # type: ignore[misc]
        )
    for point in predictions.calibration.operating_points:
        flagged = score >= point.threshold
        title = f"operating point '{point.id}'"
        figures.share(f"{point.id}.sensitivity", f"Sensitivity, {title}", flagged[suspicious])
        figures.share(f"{point.id}.specificity", f"Specificity, {title}", ~flagged[~suspicious])
    sets = predictions.calibration.sets(probabilities)
    figures.share(
        "setCoverage", "True class in the prediction set", sets[np.arange(len(truth)), truth]
    )
    measure("setSize", "Mean size of the prediction set", lambda i: float(sets[i].sum(1).mean()))


class _Figures:
    """Collects figures in the form of metrics.json."""

    def __init__(self, dataset: str, split: str) -> None:
        self.rows: list[Figure] = []
        self._dataset, self._split = dataset, split

    def add(
        self, name: str, label: str, value: float, interval: tuple[float, float], n: int
    ) -> None:
        self.rows.append(
            {
                "id": f"{self._dataset}.{self._split}.{name}",
                "label": label,
                "dataSet": self._dataset,
                "split": self._split,
                "value": round(value, 4),
                "interval": [round(bound, 4) for bound in interval],
                "n": n,
                "runtime": RUNTIME,
            }
        )

    def share(self, name: str, label: str, hits: NDArray[np.bool_]) -> None:
        """A proportion with Wilson's interval."""
        if len(hits):
            value, interval = proportion(int(hits.sum()), len(hits))
            self.add(name, label, value, interval, len(hits))


def write_predictions(path: Path, predictions: Predictions) -> None:
    """predictions.csv with the columns of the app's evaluation tool; what only the app measures
    (quality, milliseconds) stays empty."""
    sets = predictions.calibration.sets(predictions.probabilities)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        columns = [f"p_{c}" for c in CLASSES]
        tail = ["p_lesion", "accepted", "quality", "set", "milliseconds"]
        writer.writerow(["file", "dx", "predicted", *columns, *tail])
        for i, picture in enumerate(predictions.pictures):
            row = predictions.probabilities[i]
            members = " ".join(c for c, inside in zip(CLASSES, sets[i], strict=True) if inside)
            writer.writerow(
                [
                    picture.path.name,
                    picture.dx,
                    CLASSES[int(row.argmax())],
                    *(f"{p:.6f}" for p in row),
                    f"{1 - predictions.none[i]:.6f}",
                    str(bool(predictions.accepted[i])).lower(),
                    "",
                    members,
                    "",
                ]
            )


def write_reference(path: Path, pictures: Sequence[Picture], logits: NDArray[Any]) -> None:
    """`file,p_<class>…`: softmax without temperature, which a runtime can be compared with."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["file", *(f"p_{c}" for c in CLASSES)])
        for picture, row in zip(pictures, softmax(np.float64(logits), axis=1), strict=True):
            writer.writerow([picture.path.name, *(f"{p:.6f}" for p in row)])
