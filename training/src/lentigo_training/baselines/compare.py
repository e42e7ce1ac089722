"""Trains and measures what is compared with the shipped model; each part can be resumed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.splits import has_list, load_split
from ..evaluation.metrics import class_indices
from . import comparison
from .comparison import Classifier, Parts, Places

ELSEWHERE = ("isic2018_task1", "isic_224", "pad_ufes20")
"""Test pictures of other sources that the networks, too, are read on; they learn HAM10000 alone."""

TORN = "Split by picture: other pictures of the same lesion are in training."


@dataclass(frozen=True)
class Effort:
    """How much the networks get; the defaults suit a small CPU."""

    size: int = 96
    epochs: int = 3
    seed: int = 1
    threads: int = 1


def run(names: Sequence[str] | None, places: Places, effort: Effort) -> None:
    """Makes the rows `names` (None: all) in `comparison/` among the reports."""
    for classifier in classifiers(effort):
        if names is not None and classifier.id not in names:
            continue
        if classifier.family == "ours":
            report = json.loads((places.reports / f"{comparison.DATA_SET}.json").read_text())
            row = comparison.shipped_row(classifier, report)
        elif classifier.family == "handmade":
            row = _handmade(classifier, places, effort)
        else:
            row = _network(classifier, places, effort)
        comparison.write_row(places.reports / "comparison", row)
        figures = ("accuracy", "balancedAccuracy", "aucSuspicious")
        print(row["id"], {name: row[name]["value"] for name in figures}, flush=True)


def classifiers(effort: Effort = Effort()) -> tuple[Classifier, ...]:
    """Everything that is compared."""
    budget = f"{effort.size} px, {effort.epochs} epochs of all HAM10000 training pictures."
    features = "Colour histograms, texture (LBP, GLCM) and shape of the mask."
    front = "MobileNetV2, two blocks of convolution, max-pooling, dropout, flatten."
    from_imagenet = f"{front} ImageNet weights, {budget}"
    return (
        Classifier("knn", "Nearest neighbours", features, "handmade"),
        Classifier("svm", "Support vector machine", features, "handmade"),
        Classifier("paper-imagenet", "Network of the paper", from_imagenet, "paper"),
        Classifier(
            "paper-imagenet-by-picture",
            "Network of the paper",
            f"{from_imagenet} {TORN}",
            "paper",
            "picture",
        ),
        Classifier(
            "paper-scratch",
            "Network of the paper, from scratch",
            f"{front} Random weights at first, {budget}",
            "paper",
        ),
        Classifier(
            "knn-by-picture", "Nearest neighbours", f"{features} {TORN}", "handmade", "picture"
        ),
        Classifier(
            "svm-by-picture", "Support vector machine", f"{features} {TORN}", "handmade", "picture"
        ),
        Classifier("ours", "Lentigo", "The shipped model.", "ours"),
    )


def _handmade(classifier: Classifier, places: Places, effort: Effort) -> dict[str, Any]:
    from .classical import kept_features, knn, svm

    parts = comparison.parts_by(classifier.split_by, places.data, places.lists)
    every = [p for part in parts.values() for p in part]
    found = kept_features(every, places.runs / "features")
    x = {split: np.stack([found[p.image_id] for p in part]) for split, part in parts.items()}
    y = {split: class_indices(part) for split, part in parts.items()}
    choice = (knn if classifier.id.startswith("knn") else svm)(x, y)
    chosen = ", ".join(f"{name} {value}" for name, value in choice.settings.items())
    named = replace(classifier, note=f"{classifier.note} Chosen on validation: {chosen}.")
    return comparison.row(
        named, parts["test"], choice.probabilities, predicted=choice.predicted, seed=effort.seed
    )


def _network(classifier: Classifier, places: Places, effort: Effort) -> dict[str, Any]:
    import keras
    import torch
    from scipy.special import softmax

    from ..data.loader import evaluation_pixels
    from ..networks.paper import build_paper_network
    from ..networks.torch_twin import Twin
    from .plain_fit import Budget, Labelled, fit, predict

    torch.set_num_threads(effort.threads)
    keras.utils.set_random_seed(effort.seed)
    budget = Budget(effort.size, effort.epochs, seed=effort.seed)
    weights = None if "scratch" in classifier.id else places.imagenet
    model = build_paper_network(budget.size, weights)
    parts = comparison.parts_by(classifier.split_by, places.data, places.lists)
    pixels = _pixels(parts, budget.side, places.runs)
    labelled = {
        split: Labelled(np.stack([pixels[p.image_id] for p in pictures]), class_indices(pictures))
        for split, pictures in parts.items()
    }
    folder = places.runs / f"{classifier.id}-{budget.size}-{budget.epochs}"
    history = fit(model, labelled["train"], labelled["validation"], budget, folder)
    twin = Twin(model)
    if classifier.split_by == "lesion":
        elsewhere = {}
        for name in filter(partial(has_list, places.lists), ELSEWHERE):
            pictures = load_split(places.data, places.lists, name, "test")
            there = predict(twin, evaluation_pixels(pictures, budget.side), budget.size).numpy()
            shares = softmax(np.float64(there), axis=1)
            elsewhere[name] = comparison.measured(pictures, shares, shares.argmax(axis=1))
        found = {"id": classifier.id, "note": classifier.note, "elsewhere": elsewhere}
        comparison.write_row(places.reports / "comparison" / "elsewhere", found)
    logits = predict(twin, labelled["test"].pixels, budget.size).numpy()
    return comparison.row(
        classifier, parts["test"], softmax(logits, axis=1), history, seed=effort.seed
    )


def _pixels(parts: Parts, side: int, runs: Path) -> dict[str, NDArray[np.uint8]]:
    """Every picture at `side` pixels by its id; decoded once, then kept in the working folder."""
    from ..data.loader import evaluation_pixels

    pictures = sorted((p for part in parts.values() for p in part), key=lambda p: p.image_id)
    runs.mkdir(parents=True, exist_ok=True)
    cache = runs / f"{comparison.DATA_SET}-{len(pictures)}-{side}.npy"
    if not cache.is_file():
        temporary = cache.with_suffix(".tmp.npy")
        np.save(temporary, evaluation_pixels(pictures, side))
        temporary.replace(cache)
    kept = np.load(cache, mmap_mode="r")
    return {p.image_id: row for p, row in zip(pictures, kept, strict=True)}
