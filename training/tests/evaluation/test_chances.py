"""Priors, and calibration by domain under them, on made predictions whose truth is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from lentigo_training.data.taxonomy import CLASSES, SUSPICIOUS
from lentigo_training.data.views import CAREFUL, COUNT
from lentigo_training.evaluation import domain_calibration, priors
from lentigo_training.evaluation.chances import chance_figures, reliability_figures
from lentigo_training.evaluation.domain_calibration import MODES, DomainCalibration, Reading
from lentigo_training.evaluation.figures import Figures
from lentigo_training.evaluation.metrics import calibration_error, class_indices
from lentigo_training.evaluation.operating_points import suspicion
from lentigo_training.packing.chance_vectors import chance_vectors

from ..conftest import REPOSITORY
from .test_metrics import outputs, pictures

SHARES = st.lists(st.floats(0.01, 1), min_size=7, max_size=7).map(lambda s: np.array(s) / np.sum(s))


@given(SHARES, SHARES, SHARES)
def test_a_prior_weighs_and_can_be_taken_back(
    shares: np.ndarray, one: np.ndarray, other: np.ndarray
) -> None:
    chances = priors.under_prior(shares[None], one)
    assert chances.sum() == pytest.approx(1)
    assert np.allclose(chances / shares, (chances[0, 0] / shares[0]) * one / one[0])
    # One prior after another is their product; the inverse of the first gives back.
    back = priors.under_prior(priors.under_prior(chances, other / one), one / other)
    assert np.allclose(back, chances)
    assert np.allclose(priors.under_prior(chances, 1 / one), shares[None])


def test_domains_are_counted_and_settings_have_a_source() -> None:
    found = priors.domain_priors(pictures(2000) + pictures(600, "pad_ufes20"))
    assert found["dermatoscope"][CLASSES.index("nv")] == pytest.approx(0.57, abs=0.02)
    part = priors.manifest(found)
    assert set(part["domains"]) == {"dermatoscope", "phone"}
    assert set(part["settings"]) == {"home", "practice", "clinic"}
    every = [*part["domains"].values(), *(s["prior"] for s in part["settings"].values())]
    for shares in every:
        assert list(shares) == list(CLASSES)
        assert sum(shares.values()) == pytest.approx(1, abs=1e-9)
        assert min(shares.values()) > 0
    assert all(len(s["source"]) > 80 for s in part["settings"].values())
    suspicious = {
        name: sum(s["prior"][c] for c in SUSPICIOUS) for name, s in part["settings"].items()
    }
    assert suspicious["home"] < suspicious["practice"] < suspicious["clinic"]
    read = priors.read(json.loads(json.dumps(part)))
    assert np.allclose(read["phone"], found["phone"], atol=1e-3)


def test_by_domain_finds_what_was_put_in(tmp_path: Path) -> None:
    """The scores are right for equal classes times a temperature; the mix is far from equal."""
    sets = [pictures(6000), pictures(3000, "pad_ufes20")]
    results = [outputs(s, scale) for s, scale in zip(sets, (1.7, 0.6), strict=True)]
    every = [p for s in sets for p in s]
    logits, gate = (np.concatenate([r[k] for r in results]) for k in (0, 1))
    views = np.repeat(logits[:, None], CAREFUL, axis=1)  # eight times the same: no noise between
    gates = np.repeat(gate[:, None], CAREFUL, axis=1)
    selected = [*every, *pictures(500, "isic_224")]  # has no say
    extra = np.random.default_rng(0).normal(0, 9, (500, CAREFUL, 7))
    found = domain_calibration.calibrate(
        selected, np.concatenate([views, extra]), priors.domain_priors(every)
    )
    truth = class_indices(every)
    for mode, count in MODES.items():
        assert found.readings[mode]["dermatoscope"].temperature == pytest.approx(1.7, rel=0.08)
        assert found.readings[mode]["phone"].temperature == pytest.approx(0.6, rel=0.1)
        chances = found.probabilities(mode, views[:, :count], gates[:, :count])
        domain = found.domain(gates[:, :count])
        inside = found.sets(mode, chances, domain)[np.arange(len(truth)), truth]
        for i, name in enumerate(("dermatoscope", "phone")):
            own = domain == i
            assert inside[own].mean() == pytest.approx(0.9, abs=0.01)
            assert calibration_error(chances[own], truth[own]) < 0.025
            # Without the prior they say less of pictures as they come.
            bare = softmax(logits[own] / found.readings[mode][name].temperature, axis=1)
            true = np.arange(own.sum()), truth[own]
            assert np.log(chances[own][true]).mean() > np.log(bare[true]).mean() + 0.02
            screening = found.readings[mode][name].operating_points[0]
            positive = np.isin(truth[own], [CLASSES.index(c) for c in SUSPICIOUS])
            flagged = suspicion(chances[own]) >= screening.threshold
            assert 0.94 <= flagged[positive].mean() < 0.97
    path = domain_calibration.beside(tmp_path / "calibration.json")
    found.write(path)
    again = DomainCalibration.read(path)
    assert again.readings == found.readings
    assert all(np.allclose(again.priors[d], found.priors[d], atol=1e-3) for d in found.priors)


def test_the_app_is_held_against_these_chances() -> None:
    """The vectors that the app's tests read are what the code here gives."""
    stored = json.loads((REPOSITORY / "src/model/testdata/chances-golden.json").read_text())
    made = json.loads(json.dumps(chance_vectors()))
    for one, other in zip(stored.pop("cases"), made.pop("cases"), strict=True):
        assert one.pop("chances") == pytest.approx(other.pop("chances"), abs=1e-9)
        assert one == other
    assert stored == made


def test_figures_come_for_one_view_and_for_eight() -> None:
    some = pictures(300)
    logits, gate = outputs(some, 1.0)
    rng = np.random.default_rng(3)
    noisy = logits[:, None] + rng.normal(0, 2, (300, COUNT, 7))
    gates = np.repeat(gate[:, None], COUNT, axis=1)
    prior = priors.domain_priors(some)
    readings = {mode: {d: Reading(1.0, 0.1, ()) for d in prior} for mode in MODES}
    figures = Figures("ham10000", "test", "made", 1, resamples=20)
    clusters = np.arange(300)
    chance_figures(figures, some, noisy, gates, DomainCalibration(prior, readings), clusters)
    rows = {row["id"]: row["value"] for row in figures.rows}
    plain, careful = "ham10000.test.prior.accuracy", "ham10000.test.prior.careful.accuracy"
    assert rows[careful] > rows[plain] + 0.02  # the mean of the views takes the noise away
    expected = softmax(noisy[:, 0] + np.log(prior["dermatoscope"]), axis=1).argmax(axis=1)
    assert rows[plain] == pytest.approx(np.mean(expected == class_indices(some)), abs=1e-4)


def test_reliability_under_a_setting_is_that_of_its_mix() -> None:
    """Likelihoods that are right: whatever the mix, so are the chances, and their errors small."""
    some = pictures(20_000)
    truth = class_indices(some)
    rng = np.random.default_rng(5)
    # A picture shows one of ten things; how often each class shows it is known.
    shown = rng.dirichlet(np.full(10, 0.5), 7)
    thing = np.array([rng.choice(10, p=shown[k]) for k in truth])
    logits = np.log(shown[:, thing].T)[:, None]
    gate = np.tile([5.0, 0.0, 0.0], (len(some), 1, 1))
    prior = priors.domain_priors(some)
    readings = {mode: {d: Reading(1.0, 0.1, ()) for d in prior} for mode in MODES}
    figures = Figures("ham10000", "test", "made", 1, resamples=20)
    calibration = DomainCalibration(prior, readings)
    clusters = np.arange(len(some))
    found = reliability_figures(figures, logits, gate, truth, calibration, clusters)
    assert [each["prior"] for each in found] == ["domain", "home", "practice", "clinic"]
    for each in found:
        assert sum(row["n"] for row in each["calibration"]) == len(some)
        for row in each["calibration"]:
            if row["n"] > 1000:
                assert row["accuracy"] == pytest.approx(row["confidence"], abs=0.05)
    assert {row["id"] for row in figures.rows} == {
        f"ham10000.test.prior.{name}.calibrationError" for name in ("home", "practice", "clinic")
    }
    assert all(row["value"] < 0.03 for row in figures.rows)

    of = np.flatnonzero(truth != CLASSES.index("df"))[:500]
    rest = logits[of], gate[of], truth[of], calibration, clusters[:500]
    assert [each["prior"] for each in reliability_figures(figures, *rest)] == ["domain"]
