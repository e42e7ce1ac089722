"""Augmented pictures have the right form, depend on the seed alone, and differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lentigo_training.data.view_plan import STRENGTHS, Strength

from ..conftest import made_picture, random_view


@given(
    st.integers(8, 90),
    st.integers(8, 90),
    st.sampled_from([32, 64]),
    st.sampled_from(list(STRENGTHS.values())),
    st.sampled_from([1.0, 4 / 3]),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=60, deadline=None)
def test_form_and_seed(
    height: int, width: int, size: int, strength: Strength, aspect: float, seed: int
) -> None:
    picture = made_picture(seed % 50, height, width)
    before = picture.copy()
    view = random_view(picture, size, np.random.default_rng(seed), strength, aspect)
    assert view.shape == (size, size, 3)
    assert view.dtype == np.uint8
    assert np.array_equal(picture, before)
    again = random_view(picture, size, np.random.default_rng(seed), strength, aspect)
    assert np.array_equal(view, again)


def test_views_differ_but_stay_the_same_lesion() -> None:
    picture = made_picture(1, 128, 128)
    views = [random_view(picture, 64, np.random.default_rng(i)) for i in range(40)]
    means = np.array([v.mean() for v in views])
    assert len({v.tobytes() for v in views}) == 40
    assert 6 < means.std() < 45
    # The blob is in the middle of nearly every view: there it is darker than at the rim.
    darker = [v[24:40, 24:40].mean() < v[:8].mean() for v in views]
    assert np.mean(darker) > 0.85


@pytest.mark.parametrize("aspect", [1.0, 4 / 3])
def test_squashing_is_undone(aspect: float) -> None:
    """A circle that was squashed to an ellipse is one again; without, it stays as it is."""
    y, x = np.mgrid[0:96, 0:96] - 47.5
    inside = (x * aspect) ** 2 + y**2 < 30**2  # squashed: narrower in the file than in truth
    picture = np.where(inside[:, :, None], 20, 230).astype(np.uint8).repeat(3, axis=2)
    gentle = Strength(smallest_view=0.99, coarsen=0.0)
    ratios = []
    for seed in range(60):
        view = random_view(picture, 96, np.random.default_rng(seed), gentle, aspect)
        points = np.argwhere(view.mean(axis=2) < (float(view.min()) + float(view.max())) / 2)
        spread = np.linalg.eigvalsh(np.cov(points.T))
        ratios.append(np.sqrt(spread[1] / spread[0]))
    assert np.median(ratios) < 1.2
