"""The study's own parts: fitting a head, dealing pictures to clinics, its rows and curves."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from lentigo_training.data.taxonomy import CLASSES
from lentigo_training.federation import figure, study
from lentigo_training.federation.head import Cases, fit, log_priors
from lentigo_training.federation.update import Layer
from lentigo_training.packing.bank import Bank

K, D = len(CLASSES), 12


def made(count: int, seed: int, noise: float = 0.5) -> Cases:
    """Embeddings around one point for each class."""
    points = np.random.default_rng(7).normal(size=(K, D))
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, K, count)
    embeddings = points[truth] + noise * rng.normal(size=(count, D))
    return Cases(embeddings.astype(np.float32), truth, np.ones(count), truth % 2)


BLANK = Layer(np.zeros((D, K), np.float32), np.zeros(K, np.float32))


def right(layer: Layer, cases: Cases) -> float:
    return float((layer.logits(cases.embeddings).argmax(axis=1) == cases.truth).mean())


def test_a_fitted_head_knows_more_and_stays_near_what_it_comes_from() -> None:
    learnt = fit([made(400, 1)], BLANK)
    assert right(learnt, made(400, 2)) > 0.9
    again = fit([made(400, 1)], learnt)
    assert np.linalg.norm(again.flat() - learnt.flat()) < np.linalg.norm(learnt.flat())
    # Weights count beside each other only, so that the pull is worth the same for few and many.
    heavy = Cases(**{**vars(made(400, 1)), "weights": np.full(400, 9.0)})
    assert np.allclose(fit([heavy], BLANK).flat(), learnt.flat(), atol=1e-3)


def test_priors_are_those_of_each_kind_of_picture() -> None:
    cases = made(600, 3)
    shares = np.exp(log_priors(cases, K))
    assert np.allclose(shares.sum(axis=1), 1, atol=0.05)
    even, odd = (np.arange(K) % 2 == kind for kind in (0, 1))
    assert shares[cases.kinds == 0][:, even].sum(axis=1).min() > 0.9
    assert shares[cases.kinds == 1][:, odd].sum(axis=1).min() > 0.9


@pytest.fixture
def pool() -> study.Pool:
    # Groups of two pictures; every third group is tested.
    groups = np.array([f"g{at // 2}" for at in range(1200)])
    tested = np.arange(1200) // 2 % 3 == 0
    return study.Pool(made(1200, 4, noise=1.2), groups, tested)


def test_pictures_are_dealt_by_group_and_condition(pool: study.Pool) -> None:
    clinics = study.deal(pool, 0.1, 5)
    assert ((clinics == -1) == pool.tested).all()
    for group in np.unique(pool.groups[:200]):
        assert len(np.unique(clinics[pool.groups == group])) == 1

    def spread(alpha: float) -> float:
        dealt = study.deal(pool, alpha, 5)
        counts = np.histogram2d(
            dealt[dealt >= 0], pool.cases.truth[dealt >= 0], bins=(study.CLINICS, K)
        )[0]
        return float((counts / counts.sum(axis=0)).max(axis=0).mean())

    assert spread(0.1) > spread(1.0) > spread(10.0)
    assert (study.deal(pool, 0.1, 5) == clinics).all()


def test_the_study_says_everything_that_is_drawn(
    pool: study.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "ALPHAS", (0.5, 10.0))
    entries = made(100, 6)
    bank = Bank(
        entries.embeddings,
        entries.truth.astype(np.uint8),
        entries.kinds.astype(np.uint8),
        np.arange(100) % 2 == 0,
    )
    rows = list(study.study(pool, bank, BLANK, 2))
    means = study.means(rows)
    assert all(0 <= means[way][alpha][0] <= 1 for way in figure.LINES for alpha in (0.5, 10.0))
    assert means["pooled"][0.5][0] > means["shipped"][0.5][0]
    assert means["trimmed.wrong"][10.0][0] >= means["mean.wrong"][10.0][0] - 0.02
    clip = study.CLIPS[-1]
    honest, drowned = (
        means[study.noise_way(clip, epsilon)][10.0][0] for epsilon in (None, study.EPSILONS[0])
    )
    assert drowned < honest
    rows_of_noise = figure.noise_table(means, 10.0).splitlines()
    assert len(rows_of_noise) == len(study.CLIPS) + 2
    drawing = ET.fromstring(figure.drawing(means))
    lines = drawing.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == len(figure.LINES)
    assert figure.table(means).count("\n") == len(figure.LINES) + 3
