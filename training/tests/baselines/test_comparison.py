"""Features made by hand, baselines, splits that leak, rows of the comparison."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import roc_auc_score

from lentigo_training.baselines import comparison, handmade
from lentigo_training.baselines.classical import kept_features, knn, svm
from lentigo_training.baselines.comparison import Classifier, parts_by
from lentigo_training.baselines.sources import Short, measure, without
from lentigo_training.data.datasets import DataError, read_dataset
from lentigo_training.data.loader import evaluation_pixels
from lentigo_training.data.splits import split_all, write_splits
from lentigo_training.data.taxonomy import CLASSES
from lentigo_training.evaluation.metrics import class_indices
from lentigo_training.networks.predict import predict_pixels

from ..conftest import made_picture
from ..evaluation.test_metrics import pictures
from ..fitting.test_training import small_network

SIDE = handmade.SIDE


def disc(radius: int, shift: int = 0) -> np.ndarray:
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    return np.asarray((x - SIDE // 2 - shift) ** 2 + (y - SIDE // 2) ** 2 < radius**2)


def test_features_follow_what_they_describe() -> None:
    picture = made_picture(1, SIDE, SIDE)
    round_one = handmade.describe(picture, disc(30))
    assert np.isfinite(round_one).all()
    assert np.allclose(round_one, handmade.describe(picture, disc(30)))
    shape = handmade._shape(disc(30))
    assert shape[0] == pytest.approx(np.pi * 30**2 / SIDE**2, rel=0.02)
    assert shape[3] == pytest.approx(1, abs=0.15)  # as compact as a circle
    assert np.allclose(shape, handmade._shape(disc(30, 15)))  # wherever it lies
    star = disc(30) & ~disc(30, 25)
    assert handmade._shape(star)[5] < shape[5]  # less solid
    assert handmade._shape(star)[9] > shape[9] + 0.2  # less symmetric, left to right
    # Histograms are shares, whatever the size.
    assert handmade._colour(picture, disc(20))[:16].sum() == pytest.approx(1)
    nothing = np.zeros((SIDE, SIDE), bool)
    whole = np.ones((SIDE, SIDE), bool)
    assert np.allclose(handmade.describe(picture, nothing), handmade.describe(picture, whole))


def test_masks_are_found_in_both_layouts(small_data: Path, tmp_path: Path) -> None:
    picture = read_dataset(small_data, "ham10000")[0]
    with pytest.raises(DataError, match="no lesion mask"):
        handmade.mask_path(picture)
    published = tmp_path / "HAM10000_images_part_1" / f"{picture.image_id}.jpg"
    mask = (
        tmp_path / "HAM10000_segmentations_lesion_tschandl" / f"{picture.image_id}_segmentation.png"
    )
    for path in (published, mask):
        path.parent.mkdir()
    drawn = np.zeros((45, 60), np.uint8)
    drawn[10:30, 20:40] = 255
    cv2.imwrite(str(mask), drawn)
    moved = replace(picture, path=published)
    assert handmade.mask_path(moved) == mask
    assert handmade.read_mask(mask).mean() == pytest.approx(20 * 20 / 45**2, abs=0.02)


def test_features_are_kept(
    small_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def made(picture: object) -> np.ndarray:
        asked.append(picture)
        return np.arange(3.0) + len(asked)

    monkeypatch.setattr(handmade, "features", made)
    pictures = read_dataset(small_data, "ham10000")
    first = kept_features(pictures, tmp_path)
    again = kept_features(pictures[::-1], tmp_path)
    assert len(asked) == len(pictures)
    assert all(np.array_equal(first[p.image_id], again[p.image_id]) for p in pictures)


def blobs(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = rng.choice([1, 4, 5], n, p=[0.2, 0.2, 0.6])  # bcc, mel, nv: not all classes are there
    return rng.normal(0, 1, (n, 6)) + 2.5 * np.eye(7)[y][:, :6], y


@pytest.mark.parametrize("method", [knn, svm])
def test_baselines_learn(method: object) -> None:
    data = {
        s: blobs(n, i)
        for i, (s, n) in enumerate({"train": 300, "validation": 100, "test": 100}.items())
    }
    x, y = ({s: pair[k] for s, pair in data.items()} for k in (0, 1))
    choice = method(x, y)  # type: ignore[operator]
    assert (choice.predicted == y["test"]).mean() > 0.8
    assert choice.probabilities.shape == (100, len(CLASSES))
    assert choice.probabilities.sum(axis=1) == pytest.approx(1)
    assert (choice.probabilities[:, [0, 2, 3, 6]] == 0).all()
    assert choice.balanced_accuracy > 0.8


def test_splits_by_picture_leak_and_those_by_lesion_do_not(
    small_data: Path, tmp_path: Path
) -> None:
    write_splits(tmp_path, split_all(small_data, {}))
    whole, torn = (
        parts_by("lesion", small_data, tmp_path),
        parts_by("picture", small_data, tmp_path),
    )
    lesions = {p.image_id: p.group for p in read_dataset(small_data, "ham10000")}

    def shared(parts: comparison.Parts) -> int:
        groups = {s: {lesions[p.image_id] for p in parts[s]} for s in parts}
        return len(groups["test"] & groups["train"])

    assert shared(whole) == 0
    assert shared(torn) > 0
    for split in whole:
        assert len(torn[split]) == pytest.approx(len(whole[split]), abs=4)
    names = [p.image_id for split in torn for p in torn[split]]
    assert sorted(names) == sorted(lesions)


def test_rows(small_data: Path, tmp_path: Path) -> None:
    pictures = read_dataset(small_data, "ham10000")
    truth = class_indices(pictures)
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(7), len(truth))
    probabilities[np.arange(0, len(truth), 2), truth[::2]] += 2
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    classifier = Classifier("knn", "Nearest neighbours", "A note.", "handmade", "picture")
    epoch = {"epoch": 1, "loss": 1.23456, "accuracy": 0.5, "valLoss": 1, "valAccuracy": 0.4, "x": 1}
    row = comparison.row(classifier, pictures, probabilities, [epoch], resamples=20)
    top = probabilities.argmax(axis=1)
    assert row["accuracy"]["value"] == pytest.approx((top == truth).mean(), abs=1e-4)
    assert np.trace(row["confusion"]["counts"]) == (top == truth).sum()
    assert row["history"][0] == {
        "epoch": 1,
        "loss": 1.2346,
        "accuracy": 0.5,
        "valLoss": 1,
        "valAccuracy": 0.4,
    }
    other = comparison.row(classifier, pictures, probabilities, predicted=truth, resamples=20)
    assert other["accuracy"]["value"] == 1
    assert other["aucSuspicious"] == row["aucSuspicious"]
    assert "history" not in other
    comparison.write_row(tmp_path / "comparison", row)
    assert json.loads((tmp_path / "comparison" / "knn.json").read_text()) == row


def test_without_a_source() -> None:
    every = [*pictures(6), *pictures(4, "pad_ufes20"), *pictures(4, "non_lesion")]
    patient = every[6].group
    every[10] = replace(every[10], group=patient)
    kept = without(every, "pad_ufes20")
    assert {p.dataset for p in kept} == {"ham10000", "non_lesion"}
    assert every[10] not in kept  # healthy skin of a patient who was left out
    assert len(kept) == 6 + 3
    assert {p.dataset for p in without(every, "isic2018_task1")} == {p.dataset for p in every}
    sharp = [*pictures(4, "isic_224"), *pictures(4, "isic2019_84px"), *pictures(4, "isic_archive")]
    for source, left in (("isic_224", {"isic_archive"}), ("isic2018_task1", set())):
        assert {p.dataset for p in without(sharp, source)} == left  # copies of one archive
    with pytest.raises(KeyError):
        without(every, "non_lesion")
    assert Short(size=64, epochs=2, epoch_length=500).recipe().epochs == 2
    assert "1,000 pictures at 64 pixels" in Short(64, 2, 500).note


def test_figures_of_a_source(small_data: Path) -> None:
    of = read_dataset(small_data, "ham10000")
    model = small_network()
    figures = measure(of, model, Short(size=32), resamples=10)
    logits = predict_pixels(model, evaluation_pixels(of, 32))["logits"]
    truth, melanoma = class_indices(of), CLASSES.index("mel")
    share = softmax(np.float64(logits), axis=1)[:, melanoma]
    expected = roc_auc_score(truth == melanoma, share)
    assert figures["auc.mel"]["value"] == pytest.approx(expected, abs=1e-4)
    assert set(figures) == {"balancedAccuracy", "auc.suspicious", "auc.mel"}
    for figure in figures.values():
        low, high = figure["interval"]
        assert low <= high
        assert figure["n"] == len(of)
    guessed = [replace(of[0], named=False), *of[1:]]  # of one it is known only that it is benign
    assert set(measure(guessed, model, Short(size=32), 10)) == {"auc.suspicious", "auc.mel"}
