"""What the network says of pictures, in the terms of the calibration; tables of it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from ..data.datasets import Picture
from ..data.taxonomy import CLASSES, DOMAINS, NO_LESION
from .calibration import Calibration
from .figures import Indices


@dataclass(frozen=True)
class Predictions:
    """What the network says of some pictures: calibrated probabilities (n, k), gate (n, g)."""

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

    @classmethod
    def of_views(
        cls,
        pictures: Sequence[Picture],
        logits: NDArray[Any],
        gate: NDArray[Any],
        calibration: Calibration,
    ) -> Predictions:
        """Double-check, as the app does it: from raw outputs (n, v, k) and (n, v, g) of v views
        the mean gate, and the mean of the probabilities by the one temperature that it calls for.
        """
        mean = softmax(np.float64(gate), axis=2).mean(axis=1)
        count = gate.shape[1]
        one_gate = np.repeat(np.log(np.maximum(mean, 1e-12)), count, axis=0)
        each = calibration.probabilities(logits.reshape(-1, len(CLASSES)), one_gate)
        probabilities = each.reshape(len(pictures), count, len(CLASSES)).mean(axis=1)
        return cls(pictures, probabilities, mean, calibration)

    @property
    def none(self) -> NDArray[np.float64]:
        """(n,) probability that there is no lesion."""
        return self.gate[:, DOMAINS.index(NO_LESION)]

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """(n,) whether the gate lets the picture through."""
        return np.asarray(self.none < self.calibration.gate_threshold)

    @property
    def top(self) -> Indices:
        """(n,) index of the likeliest class."""
        return np.asarray(self.probabilities.argmax(axis=1))

    def part(self, inside: NDArray[np.bool_]) -> Predictions:
        """Those of some of the pictures."""
        pictures = [p for p, wanted in zip(self.pictures, inside, strict=True) if wanted]
        return replace(
            self,
            pictures=pictures,
            probabilities=self.probabilities[inside],
            gate=self.gate[inside],
        )


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
