"""Views, groups, curves and what the report makes of them, on made predictions."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from lentigo_training.data import views
from lentigo_training.data.datasets import read_dataset
from lentigo_training.data.groups import members, read_details
from lentigo_training.data.loader import evaluation_pixels, read_rgb
from lentigo_training.data.resample import as_the_app, centre_square
from lentigo_training.data.taxonomy import CLASSES, SUSPICIOUS
from lentigo_training.evaluation.calibration import calibrate
from lentigo_training.evaluation.curves import POINTS, reliability, roc
from lentigo_training.evaluation.evaluate import Evaluated, report
from lentigo_training.evaluation.figures import Figures
from lentigo_training.evaluation.metrics import calibration_error, class_indices
from lentigo_training.evaluation.operating_points import suspicion
from lentigo_training.networks.predict import predict_pixels, predict_views

from ..conftest import made_picture
from ..evaluation.test_metrics import made, pictures
from ..fitting.test_training import small_network


def test_views_are_what_they_are_called() -> None:
    square = made_picture(3, 40, 40)
    found = views.views(square, 32)
    plain = as_the_app(square, 32)
    assert found.shape == (views.COUNT, 32, 32, 3)
    assert np.array_equal(found[0], plain)
    assert np.array_equal(found[1][0], plain[::-1, 0])  # a quarter clockwise: left side to the top
    left_right, top_bottom = views.KINDS["flips"]
    assert np.array_equal(found[left_right], plain[:, ::-1])
    assert np.array_equal(found[top_bottom], plain[::-1])
    assert len({v.tobytes() for v in found}) == views.COUNT
    _, first_corner, last_corner = (found[v] for v in views.KINDS["crops"])
    assert np.array_equal(first_corner, as_the_app(square[:36, :36], 32))
    assert np.array_equal(last_corner, as_the_app(square[4:, 4:], 32))
    darker, brighter = (found[v].mean() / plain.mean() for v in views.KINDS["light"])
    assert darker == pytest.approx(0.9, abs=0.01)
    assert 1.05 < brighter < 1.11


def test_details_speak_one_language(tmp_path: Path) -> None:
    for name, table in (
        (
            "ham10000",
            "lesion_id,image_id,dx,dx_type,age,sex,localization\n"
            "L1,I1,nv,histo,45.0,male,lower extremity\nL2,I2,nv,histo,,unknown,unknown\n",
        ),
        (
            "pad_ufes20",
            "image_id,patient_id,lesion_id,diagnostic,dx,fitspatrick,age,gender,region,biopsed\n"
            "P1,1,1,NEV,nv,2.0,29,FEMALE,FACE,True\nP2,1,1,NEV,nv,,80,,,True\n",
        ),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "metadata.csv").write_text(table)
    first = read_details(tmp_path, "ham10000")
    assert first == {"I1": {"sex": "male", "age": "45-59", "site": "lower extremity"}, "I2": {}}
    second = read_details(tmp_path, "pad_ufes20")
    assert second["P1"] == {"skinType": "2", "sex": "female", "age": "0-29", "site": "face"}
    assert second["P2"] == {"age": "75+"}
    assert read_details(tmp_path, "isic2018_task1") == {}


@settings(max_examples=25)
@given(st.integers(30, 600), st.integers(0, 99))
def test_roc_keeps_the_curve(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    positive = np.arange(n) % 3 == 0
    score = np.round(np.clip(rng.normal(0.4 + 0.2 * positive, 0.2), 0, 1), 4)
    points = roc(positive, score)
    assert len(points) <= POINTS
    assert (points[0]["sensitivity"], points[0]["specificity"]) == (0, 1)
    assert (points[-1]["sensitivity"], points[-1]["specificity"]) == (1, 0)
    assert all(a["threshold"] >= b["threshold"] for a, b in pairwise(points))
    for point in points[1:]:
        flagged = score >= point["threshold"]
        assert point["sensitivity"] == pytest.approx(flagged[positive].mean(), abs=1e-4)
        assert point["specificity"] == pytest.approx((~flagged)[~positive].mean(), abs=1e-4)
    area = np.trapezoid([p["sensitivity"] for p in points], [1 - p["specificity"] for p in points])
    assert area == pytest.approx(roc_auc_score(positive, score), abs=0.01)


def test_reliability_adds_up_to_the_calibration_error() -> None:
    rng = np.random.default_rng(2)
    probabilities = rng.dirichlet(np.full(7, 0.4), 500)
    truth = rng.integers(0, 7, 500)
    bins = reliability(probabilities, truth)
    assert sum(b["n"] for b in bins) == 500
    gap = sum(b["n"] * abs(b["confidence"] - b["accuracy"]) for b in bins) / 500
    assert gap == pytest.approx(calibration_error(probabilities, truth), abs=1e-3)
    assert all(b["low"] <= b["confidence"] <= b["high"] for b in bins)


def test_report_of_views_and_groups() -> None:
    every, logits, gate = made()
    calibration = calibrate(every, logits, gate)
    some = pictures(400)
    rng = np.random.default_rng(5)
    # Views that differ by noise: their mean is better than one of them.
    noisy = logits[:400, None] + rng.normal(0, 2.5, (400, views.COUNT, 7))
    gates = np.repeat(gate[:400, None], views.COUNT, axis=1)
    evaluated = Evaluated.of(some, noisy, gates, calibration)
    details = {p.image_id: {"sex": ("male", "female")[i % 2]} for i, p in enumerate(some[:390])}
    details[some[399].image_id] = {"skinType": "6"}
    figures = Figures("ham10000", "test", "made", seed=1, resamples=30)
    result = report(evaluated, figures, details)  # type: ignore[arg-type]
    value = {f["id"].removeprefix("ham10000.test."): f for f in result["figures"]}
    assert len(value) == len(result["figures"])
    assert value["careful.accuracy"]["value"] > value["accuracy"]["value"]
    assert value["careful.accepted"]["n"] == value["accepted"]["n"] == 400

    top = noisy.argmax(axis=2)
    turned = (top[:, [1, 2, 3]] != top[:, :1]).any(axis=1).mean()
    assert value["stability.turns"]["value"] == pytest.approx(turned, abs=1e-4)
    kinds = [value[f"stability.{kind}"]["value"] for kind in views.KINDS]
    assert max(kinds) <= value["stability.any"]["value"]
    assert value["stability.each"]["value"] < min(kinds)

    truth = class_indices(some)
    positive = np.isin(truth, [CLASSES.index(c) for c in SUSPICIOUS])
    flagged = suspicion(evaluated.plain.probabilities) >= calibration.operating_points[0].threshold
    assert value["screening.ppv"]["value"] == pytest.approx(positive[flagged].mean(), abs=1e-4)
    assert value["screening.npv"]["n"] == (~flagged).sum()

    female = value["accuracy@sex=female"]
    assert female["group"] == {"factor": "sex", "value": "female"}
    inside = members(some, details)["sex", "female"]  # type: ignore[arg-type]
    right = (evaluated.plain.top == truth)[inside]
    assert female["value"] == pytest.approx(right.mean(), abs=1e-4)
    assert female["n"] == inside.sum() == 195
    assert "auc.suspicious@sex=female" in value
    assert value["accuracy@skinType=6"]["n"] == 1
    assert "balancedAccuracy@skinType=6" not in value  # too few for more than a share
    assert result["curves"]["positives"] == positive.sum()


def test_careful_reading_uses_the_temperature_of_the_mean_gate() -> None:
    every, logits, gate = made()
    calibration = calibrate(every, logits, gate)
    one = pictures(1)
    views_logits = np.zeros((1, 8, 7))
    views_logits[:, :, 4] = 2.0
    views_gate = np.tile([3.0, 0.0, 0.0], (1, 8, 1))
    views_gate[0, 0] = [0.0, 3.0, 0.0]  # one view looks like a phone's; the mean does not
    evaluated = Evaluated.of(
        one,
        np.tile(views_logits[:, :1], (1, views.COUNT, 1)),
        np.concatenate([views_gate, views_gate[:, :5]], axis=1),
        calibration,
    )
    assert evaluated.careful is not None
    same = calibration.probabilities(views_logits[:, 0], views_gate[:, 1])
    assert evaluated.careful.probabilities == pytest.approx(same)
    assert evaluated.careful.gate.sum() == pytest.approx(1)


def test_views_are_read_in_the_order_of_the_pictures(small_data: Path) -> None:
    of = read_dataset(small_data, "ham10000")[: views.CHUNK + 2]  # two chunks
    model = small_network()
    found = predict_views(model, of)
    assert found["logits"].shape == (len(of), views.COUNT, 7)
    plain = predict_pixels(model, evaluation_pixels(of))
    assert np.allclose(found["logits"][:, 0], plain["logits"], atol=1e-5)
    assert np.allclose(found["gate"][:, 0], plain["gate"], atol=1e-5)
    last = views.views(centre_square(read_rgb(of[-1].path)))
    own = predict_pixels(model, last)["logits"]
    assert np.allclose(found["logits"][-1], own, atol=1e-5)
