"""Figures and calibration on made predictions whose truth is known."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from lentigo_training.data.datasets import Picture
from lentigo_training.data.taxonomy import CLASSES, DOMAINS, SUSPICIOUS
from lentigo_training.evaluation.calibration import Calibration, calibrate
from lentigo_training.evaluation.evaluate import Evaluated, report
from lentigo_training.evaluation.figures import Figures
from lentigo_training.evaluation.metrics import (
    balanced_accuracy,
    calibration_error,
    calibration_floor,
    class_indices,
    cluster_bootstrap,
    proportion,
)
from lentigo_training.evaluation.operating_points import suspicion
from lentigo_training.evaluation.predictions import Predictions, write_predictions, write_reference
from lentigo_training.packing.report import collect_metrics


def pictures(count: int, dataset: str = "ham10000") -> list[Picture]:
    rng = np.random.default_rng(0)
    chosen = rng.choice(len(CLASSES), count, p=[0.05, 0.08, 0.12, 0.03, 0.12, 0.57, 0.03])
    none = dataset == "non_lesion"
    return [
        Picture(
            dataset,
            f"{dataset}{i:05}",
            "none" if none else CLASSES[k],
            f"{dataset} lesion {i // 2}",
            "any",
            Path(f"{dataset}{i:05}.jpg"),
        )
        for i, k in enumerate(chosen)
    ]


def outputs(of: list[Picture], scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits drawn so that softmax(logits / scale) is right, given equally frequent classes."""
    rng = np.random.default_rng(1)
    truth = class_indices(of)
    logits = rng.normal(0, 1.0, (len(of), len(CLASSES)))
    # For unit normal scores with the true class shifted by d, the posterior is softmax(d * score).
    logits[np.arange(len(of)), np.maximum(truth, 0)] += 2.0
    gate = rng.normal(0, 1, (len(of), 3))
    gate[:, DOMAINS.index(of[0].domain)] += 6
    return 2.0 * logits * scale, gate


def made() -> tuple[list[Picture], np.ndarray, np.ndarray]:
    sets = [pictures(6000), pictures(3000, "pad_ufes20"), pictures(300, "non_lesion")]
    results = [outputs(s, scale) for s, scale in zip(sets, (1.7, 0.6, 1.0), strict=True)]
    every = [p for s in sets for p in s]
    return (
        every,
        np.concatenate([r[0] for r in results]),
        np.concatenate([r[1] for r in results]),
    )


def test_calibration_finds_what_was_put_in(tmp_path: Path) -> None:
    every, logits, gate = made()
    calibration = calibrate(every, logits, gate)
    assert calibration.temperature["dermatoscope"] == pytest.approx(1.7, rel=0.08)
    assert calibration.temperature["phone"] == pytest.approx(0.6, rel=0.08)
    lesions = class_indices(every) >= 0
    truth = class_indices(every)[lesions]
    probabilities = calibration.probabilities(logits[lesions], gate[lesions])
    sets = calibration.sets(probabilities)
    assert sets[np.arange(len(truth)), truth].mean() == pytest.approx(0.9, abs=0.01)
    positive = np.isin(truth, [CLASSES.index(c) for c in SUSPICIOUS])
    screening, balanced = calibration.operating_points
    flagged = suspicion(probabilities) >= screening.threshold
    assert 0.95 <= flagged[positive].mean() < 0.97
    assert screening.sensitivity == pytest.approx(flagged[positive].mean(), abs=1e-4)
    assert screening.threshold < balanced.threshold
    refused = softmax(gate, axis=1)[:, 2] >= calibration.gate_threshold
    assert refused[lesions].mean() < 0.01
    assert refused[~lesions].mean() > 0.97
    calibration.write(tmp_path / "calibration.json")
    assert Calibration.read(tmp_path / "calibration.json") == calibration


def test_a_temperature_of_few_pictures_leans_on_the_other_domain() -> None:
    every, logits, gate = made()
    phone = np.array([p.dataset == "pad_ufes20" for p in every])
    few = np.flatnonzero(~phone | (np.cumsum(phone) <= 30))
    temperature = calibrate([every[i] for i in few], logits[few], gate[few]).temperature
    assert temperature["dermatoscope"] == pytest.approx(1.7, rel=0.08)
    assert 0.9 < temperature["phone"] < 1.7


def test_data_sets_of_a_domain_count_alike_for_its_temperature() -> None:
    large, small = pictures(6000), pictures(600, "isic2018_task1")
    results = [outputs(large, 2.0), outputs(small, 0.5)]
    logits, gate = (np.concatenate([r[k] for r in results]) for k in (0, 1))
    alike = calibrate(large + small, logits, gate).temperature["dermatoscope"]
    alone = calibrate(large, logits[:6000], gate[:6000]).temperature["dermatoscope"]
    twice = calibrate(large + large + small, np.r_[logits[:6000], logits], np.r_[gate[:6000], gate])
    assert alike < 0.9 * alone
    assert twice.temperature["dermatoscope"] == pytest.approx(alike, rel=0.01)


def test_the_gate_refuses_what_it_is_not_sure_of() -> None:
    """Skin without a lesion has a few per cent, lesions less: the best threshold lies between."""
    of = [*pictures(400), *pictures(200, "pad_ufes20"), *pictures(100, "non_lesion")]
    none = np.concatenate([np.full(600, 0.001), np.full(100, 0.04)])
    gate = np.log(np.stack([(1 - none) / 2, (1 - none) / 2, none], axis=1))
    logits = np.random.default_rng(0).normal(0, 2, (700, 7))
    assert 0.01 < calibrate(of, logits, gate).gate_threshold < 0.04


def test_report_and_tables(tmp_path: Path) -> None:
    every, logits, gate = made()
    calibration = calibrate(every, logits, gate)
    some = slice(0, 500)
    predictions = Predictions.of(every[some], logits[some], gate[some], calibration)
    empty = Figures("ham10000", "test", "made", seed=1, resamples=60)
    result = report(Evaluated(predictions), empty, {})
    figures = {f["id"]: f for f in result["figures"]}
    truth, top = class_indices(every[some]), predictions.probabilities.argmax(axis=1)
    recalls = [np.mean(top[truth == k] == k) for k in range(len(CLASSES))]
    balanced = figures["ham10000.test.balancedAccuracy"]
    assert balanced["value"] == pytest.approx(np.mean(recalls), abs=1e-4)
    assert balanced["n"] == 500
    for figure in result["figures"]:
        low, high = figure["interval"]
        assert low <= high, figure
        if not figure["id"].endswith(("calibrationError", "setSize")):  # these are biased upwards
            assert low <= figure["value"] <= high, figure
    assert np.sum(result["confusion"]["counts"]) == 500
    assert np.trace(result["confusion"]["counts"]) == (top == truth).sum()

    write_predictions(tmp_path / "predictions.csv", predictions)
    with (tmp_path / "predictions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["predicted"] for r in rows] == [CLASSES[k] for k in top]
    assert all(r["predicted"] in r["set"].split() for r in rows)
    assert sum(float(rows[0][f"p_{c}"]) for c in CLASSES) == pytest.approx(1, abs=1e-5)
    write_reference(tmp_path / "reference.csv", every[:3], logits[:3])
    with (tmp_path / "reference.csv").open(newline="") as file:
        first = next(csv.DictReader(file))
    assert float(first["p_nv"]) == pytest.approx(softmax(logits[0])[5], abs=1e-6)


def test_report_without_lesions() -> None:
    every, logits, gate = made()
    calibration = calibrate(every, logits, gate)
    others = slice(9000, 9300)
    predictions = Predictions.of(every[others], logits[others], gate[others], calibration)
    empty = Figures("non_lesion", "test", "made", seed=1)
    result = report(Evaluated(predictions), empty, {})
    assert [f["id"].split(".")[-1] for f in result["figures"]] == ["refused", "domainAccuracy"]
    assert (result["confusion"], result["curves"]) == (None, None)


def test_metrics_are_collected(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    figure = {"id": "a.test.accuracy", "value": 0.5}
    for name, confusion in (("a", {"counts": [[1]]}), ("b", None)):
        (reports / f"{name}.json").write_text(
            json.dumps({"figures": [figure], "confusion": confusion, "curves": confusion})
        )
    for name in ("comparison", "sources"):
        (reports / name).mkdir()
    rows = [
        {"id": "knn-torn", "splitBy": "picture", "family": "handmade"},
        {"id": "ours", "splitBy": "lesion", "family": "ours"},
        {"id": "paper", "splitBy": "lesion", "family": "paper"},
    ]
    for rival in rows:
        (reports / "comparison" / f"{rival['id']}.json").write_text(json.dumps(rival))
    short = {"note": "Short runs.", "rows": [{"leftOut": "x"}]}
    (reports / "sources" / "one.json").write_text(json.dumps(short))
    history = tmp_path / "history.json"
    row = {"epoch": 1, "loss": 9.0, "training.balancedLoss": 1.25, "ham10000.accuracy": 0.6}
    history.write_text(json.dumps([row]))
    metrics = collect_metrics(reports, history, "2026-01-01")
    assert metrics["figures"] == [figure, figure]
    assert metrics["confusion"] == metrics["curves"] == [{"counts": [[1]]}]
    assert [rival["id"] for rival in metrics["comparison"]] == ["paper", "ours", "knn-torn"]
    assert metrics["sources"] == [{"leftOut": "x"}]
    assert metrics["notes"][-1] == "Short runs."
    assert metrics["history"] == [{"epoch": 1, "loss": 1.25, "valAccuracy": 0.6}]
    empty = collect_metrics(tmp_path / "none", tmp_path / "none.json", "2026-01-01")
    assert (empty["figures"], empty["confusion"], empty["history"]) == ([], [], [])


def test_balanced_accuracy_is_the_mean_recall_of_the_classes_there() -> None:
    truth = np.array([0, 0, 0, 1])
    assert balanced_accuracy(truth, np.array([0, 0, 2, 1])) == pytest.approx((2 / 3 + 1) / 2)


def test_calibration_error() -> None:
    sure = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert calibration_error(sure, np.array([0, 0])) == 0
    assert calibration_error(sure, np.array([0, 1])) == pytest.approx(0.5)
    assert calibration_error(np.array([[0.75, 0.25]] * 4), np.array([0, 0, 0, 1])) == 0


@given(st.integers(1, 400), st.data())
def test_wilson(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    value, (low, high) = proportion(hits, n)
    assert 0 <= low <= value <= high <= 1


def test_calibration_floor_shrinks_with_the_pictures_and_is_what_right_probabilities_show() -> None:
    rng = np.random.default_rng(3)
    probabilities = rng.dirichlet(np.full(7, 0.4), 4000)
    few, (low, high) = calibration_floor(probabilities[:100], seed=1)
    many, _ = calibration_floor(probabilities, seed=1)
    assert low < few < high
    assert few > 4 * many
    truth = np.array([rng.choice(7, p=p) for p in probabilities[:100]])
    assert low < calibration_error(probabilities[:100], truth) < high
    assert calibration_error(probabilities[:100] ** 4, truth) > high  # far too sure or too unsure


def test_bootstrap_of_clusters_is_wider_than_of_pictures() -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(60), 10)
    values = np.repeat(rng.normal(size=60), 10)
    by_group = cluster_bootstrap(lambda i: float(values[i].mean()), groups, 1)
    single = cluster_bootstrap(lambda i: float(values[i].mean()), np.arange(600), 1)
    assert by_group[1] - by_group[0] > 2 * (single[1] - single[0])
