"""Nearest neighbours and a support vector machine on features made by hand.

Every hyper-parameter is chosen on validation by balanced accuracy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import ParameterGrid
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from tqdm import tqdm

from ..data.datasets import Picture
from ..data.taxonomy import CLASSES, Split

Features = NDArray[np.float64]
Indices = NDArray[np.int64]

CHUNK = 250
"""Pictures whose features are kept in one file."""

KNN_GRID: dict[str, list[Any]] = {
    "pca__n_components": [0.9, 0.99],
    "kneighborsclassifier__n_neighbors": [1, 5, 15, 31],
    "kneighborsclassifier__weights": ["uniform", "distance"],
}
SVM_GRID: dict[str, list[Any]] = {
    "svc__C": [1, 10],
    "svc__gamma": [0.003, 0.01],
    "svc__class_weight": [None, "balanced"],
}


@dataclass(frozen=True)
class Choice:
    """The choice made on validation, and its predictions for the test pictures."""

    settings: dict[str, Any]
    balanced_accuracy: float
    predicted: Indices
    probabilities: Features


def kept_features(pictures: Sequence[Picture], folder: Path) -> dict[str, Features]:
    """Features of each picture by its id; computed once, then read from files in `folder`."""
    from .handmade import features

    folder.mkdir(parents=True, exist_ok=True)
    ordered = sorted(pictures, key=lambda p: p.image_id)
    found: dict[str, Features] = {}
    for start in tqdm(range(0, len(ordered), CHUNK), desc="features", mininterval=10):
        chunk = ordered[start : start + CHUNK]
        path = folder / f"{chunk[0].image_id}-{len(chunk)}.npy"
        if not path.is_file():
            temporary = path.with_suffix(".tmp.npy")
            np.save(temporary, np.stack([features(p) for p in chunk]))
            temporary.replace(path)
        found |= {p.image_id: row for p, row in zip(chunk, np.load(path), strict=True)}
    return found


def knn(x: dict[Split, Features], y: dict[Split, Indices]) -> Choice:
    """Nearest neighbours among the training pictures; `x` and `y` hold each split."""
    pipeline = make_pipeline(StandardScaler(), PCA(random_state=0), KNeighborsClassifier())
    best, settings, score = _choose(pipeline, KNN_GRID, x, y)
    probabilities = _all_classes(best.predict_proba(x["test"]), best.classes_)
    return Choice(settings, score, best.predict(x["test"]), probabilities)


def svm(x: dict[Split, Features], y: dict[Split, Indices]) -> Choice:
    """A machine with radial kernels; its probabilities are fitted to validation (Platt)."""
    pipeline = make_pipeline(StandardScaler(), SVC(decision_function_shape="ovr", cache_size=1000))
    best, settings, score = _choose(pipeline, SVM_GRID, x, y)
    platt = LogisticRegression(max_iter=2000)
    platt.fit(best.decision_function(x["validation"]), y["validation"])
    probabilities = platt.predict_proba(best.decision_function(x["test"]))
    return Choice(
        settings, score, best.predict(x["test"]), _all_classes(probabilities, platt.classes_)
    )


def _choose(
    pipeline: Pipeline,
    grid: dict[str, list[Any]],
    x: dict[Split, Features],
    y: dict[Split, Indices],
) -> tuple[Pipeline, dict[str, Any], float]:
    """The fitted pipeline with the best balanced accuracy on validation; the first among equals."""
    scores = []
    for settings in ParameterGrid(grid):
        pipeline.set_params(**settings).fit(x["train"], y["train"])
        predicted = pipeline.predict(x["validation"])
        scores.append((balanced_accuracy_score(y["validation"], predicted), settings))
    score, settings = max(scores, key=lambda pair: pair[0])
    pipeline.set_params(**settings).fit(x["train"], y["train"])
    return pipeline, {k.split("__")[1]: v for k, v in settings.items()}, float(score)


def _all_classes(probabilities: Features, present: Indices) -> Features:
    """Columns for the classes that training did not have, too."""
    result = np.zeros((len(probabilities), len(CLASSES)))
    result[:, present] = probabilities
    return result
