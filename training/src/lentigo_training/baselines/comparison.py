"""What is compared: classifiers on the same splits of HAM10000, one row of figures each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix

from ..data.datasets import Picture
from ..data.splits import assign, load_split
from ..data.taxonomy import BY_NAME, CLASSES, SPLITS, SUSPICIOUS, Split
from ..evaluation.metrics import (
    auc,
    balanced_accuracy,
    class_indices,
    cluster_bootstrap,
    proportion,
)

DATA_SET = "ham10000"
Value = dict[str, Any]
SplitBy = Literal["lesion", "picture"]
Parts = dict[Split, list[Picture]]
"""The pictures of each split."""


@dataclass(frozen=True)
class Places:
    """Where things are: data sets, split lists, working folder, reports, weights of ImageNet."""

    data: Path
    lists: Path
    runs: Path
    reports: Path
    imagenet: str


@dataclass(frozen=True)
class Classifier:
    """One of the classifiers that are compared."""

    id: str
    name: str
    note: str
    family: Literal["handmade", "paper", "ours"]
    split_by: SplitBy = "lesion"


def parts_by(split_by: SplitBy, data: Path, lists: Path) -> Parts:
    """The splits of the project, or splits of the same sizes that tear lesions apart."""
    parts: Parts = {split: load_split(data, lists, DATA_SET, split) for split in SPLITS}
    if split_by == "lesion":
        return parts
    torn = [replace(p, group=p.image_id) for split in SPLITS for p in parts[split]]
    torn.sort(key=lambda p: p.image_id)
    assignment = assign(torn, BY_NAME[DATA_SET].fractions, {})
    return {split: [p for p in torn if assignment[p.group] == split] for split in SPLITS}


def row(
    classifier: Classifier,
    pictures: Sequence[Picture],
    probabilities: NDArray[Any],
    history: Sequence[Mapping[str, Any]] = (),
    predicted: NDArray[np.int64] | None = None,
    seed: int = 1,
    resamples: int = 1000,
) -> dict[str, Any]:
    """The row of metrics.json: figures on the test pictures from probabilities (n, 7).

    `predicted` (n,) stands in where the named class is not the likeliest.
    """
    truth = class_indices(pictures)
    top = probabilities.argmax(axis=1) if predicted is None else predicted
    value, interval = proportion(int((top == truth).sum()), len(truth))
    found = measured(pictures, probabilities, top, seed, resamples)
    return {
        **_head(classifier),
        "n": len(truth),
        "accuracy": _figure(value, interval),
        "balancedAccuracy": _without_n(found["balancedAccuracy"]),
        "aucSuspicious": _without_n(found["auc.suspicious"]),
        "confusion": {
            "classes": list(CLASSES),
            "counts": confusion_matrix(truth, top, labels=range(len(CLASSES))).tolist(),
        },
        **({"history": [_rounded(epoch) for epoch in history]} if history else {}),
    }


def shipped_row(classifier: Classifier, report: Mapping[str, Any]) -> dict[str, Any]:
    """The row of the shipped model, out of its evaluation report.

    The other networks' probabilities speak for the data set's class mix, ours for equally frequent
    classes, so its note says what they are under the mix.
    """
    figures = {f["id"].removeprefix(f"{DATA_SET}.test."): f for f in report["figures"]}

    def figure(name: str) -> dict[str, Any]:
        return {"value": figures[name]["value"], "interval": figures[name]["interval"]}

    confusion = report["confusion"]
    accuracy, ranking = (
        figures[f"prior.{name}"]["value"] for name in ("accuracy", "auc.suspicious")
    )
    mix = (
        "Here all classes count as equally frequent; with their shares in training its accuracy is "
        f"{accuracy:.3f} and its AUC {ranking:.3f}."
    )
    return {
        **_head(replace(classifier, note=f"{classifier.note} {mix}")),
        "n": figures["accuracy"]["n"],
        "accuracy": figure("accuracy"),
        "balancedAccuracy": figure("balancedAccuracy"),
        "aucSuspicious": figure("auc.suspicious"),
        "confusion": {"classes": confusion["classes"], "counts": confusion["counts"]},
    }


def measured(
    pictures: Sequence[Picture],
    probabilities: NDArray[Any],
    top: NDArray[np.int64],
    seed: int = 1,
    resamples: int = 1000,
) -> dict[str, Value]:
    """AUCs of probabilities (n, 7) and, where the class of each picture is known, balanced accuracy
    of the classes `top` (n,) that are named; each with its interval and n."""
    truth = class_indices(pictures)
    groups = np.unique([p.group for p in pictures], return_inverse=True)[1]
    bootstrap = partial(cluster_bootstrap, groups=groups, seed=seed, resamples=resamples)
    melanoma = CLASSES.index("mel")
    suspects = [CLASSES.index(c) for c in SUSPICIOUS]
    positive, score = np.isin(truth, suspects), probabilities[:, suspects].sum(axis=1)
    named: dict[str, Callable[[NDArray[np.int64]], float]] = {
        "balancedAccuracy": lambda i: balanced_accuracy(truth[i], top[i])
    }
    figures: dict[str, Callable[[NDArray[np.int64]], float]] = {
        **(named if all(p.named for p in pictures) else {}),
        "auc.suspicious": lambda i: auc(positive[i], score[i]),
        "auc.mel": lambda i: auc(truth[i] == melanoma, probabilities[i, melanoma]),
    }
    every = np.arange(len(truth))
    return {
        name: _figure(figure(every), bootstrap(figure)) | {"n": len(truth)}
        for name, figure in figures.items()
    }


def write_row(folder: Path, value: Mapping[str, Any]) -> None:
    """Writes a row as `<id>.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{value['id']}.json").write_text(json.dumps(value, indent=1) + "\n")


def _head(classifier: Classifier) -> dict[str, Any]:
    return {
        "id": classifier.id,
        "name": classifier.name,
        "note": classifier.note,
        "family": classifier.family,
        "dataSet": DATA_SET,
        "split": "test",
        "splitBy": classifier.split_by,
    }


def _figure(value: float, interval: tuple[float, float]) -> dict[str, Any]:
    return {"value": round(value, 4), "interval": [round(bound, 4) for bound in interval]}


def _without_n(value: Value) -> Value:
    return {name: part for name, part in value.items() if name != "n"}


HISTORY = ("epoch", "loss", "accuracy", "valLoss", "valAccuracy")


def _rounded(epoch: Mapping[str, Any]) -> dict[str, Any]:
    return {name: round(epoch[name], 4) for name in HISTORY}
