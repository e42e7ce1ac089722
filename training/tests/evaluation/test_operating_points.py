"""Alert levels: what they promise, and what they are chosen by."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lentigo_training.evaluation.domain_calibration import borrowed
from lentigo_training.evaluation.operating_points import (
    Scored,
    operating_points,
    screening_threshold,
)


def of(score: np.ndarray, positive: np.ndarray, lesion: np.ndarray | None = None) -> Scored:
    count = len(score)
    return Scored(score, positive, np.arange(count) if lesion is None else lesion, np.ones(count))


def test_the_screening_point_keeps_its_promise_on_new_lesions() -> None:
    """Scores are even between 0 and 1, so a threshold t misses the share t of new lesions."""
    rng = np.random.default_rng(0)
    thresholds = [
        screening_threshold(of(rng.uniform(0, 1, 50), np.ones(50, bool))) for _ in range(4000)
    ]
    # Of 50 the second lowest: 2 / 51. The third lowest has 0.96 of these, and 0.941 of new ones.
    assert 0.037 < np.mean(thresholds) < 0.041


def test_a_lesion_counts_once_however_many_pictures_it_has() -> None:
    score = np.linspace(0.5, 1, 139)
    lesion = np.arange(139)
    many = np.concatenate([np.full(60, 0.1), score])
    own = np.concatenate([np.full(60, 139), lesion])
    assert screening_threshold(of(many, np.ones(199, bool), own)) > 0.5
    assert screening_threshold(of(many, np.ones(199, bool))) == 0.1


def test_too_few_lesions_promise_nothing() -> None:
    assert screening_threshold(of(np.linspace(0.1, 1, 15), np.ones(15, bool))) == 0.0


@given(st.integers(0, 1000), st.integers(20, 200))
def test_the_screening_point_misses_no_more_than_the_balanced_one(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    positive = np.arange(count) % 3 > 0
    score = rng.uniform(0, 1, count) + 0.8 * positive
    screening, balanced = operating_points(of(score / 2, positive))
    assert screening.threshold <= balanced.threshold
    assert screening.sensitivity >= max(0.95, balanced.sensitivity)


def test_levels_of_a_few_well_told_pictures_are_two_by_those_that_are_borrowed() -> None:
    """45 suspicious pictures above 20 others, as the phone's: alone they know one level only."""
    rng = np.random.default_rng(1)
    own_score = np.concatenate([np.linspace(0.43, 1, 45), np.linspace(0, 0.37, 20)])
    positive = np.concatenate([np.ones(45, bool), np.zeros(20, bool), np.arange(600) < 200])
    others = np.where(positive[65:], rng.beta(2.5, 1, 600), rng.beta(1, 4, 600))
    score = np.concatenate([own_score, others])
    own = np.arange(665) < 65
    alone = operating_points(of(own_score, positive[:65]))
    assert alone[0].threshold == alone[1].threshold
    weight = borrowed(own, positive)
    assert weight[own].sum() == 65
    assert np.isclose(weight[~own].sum(), 100)
    screening, balanced = operating_points(Scored(score, positive, np.arange(665), weight))
    assert screening.threshold < balanced.threshold
    assert (borrowed(~own, positive)[own] == 0).all()  # 200 are enough
