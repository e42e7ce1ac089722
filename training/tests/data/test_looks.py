"""No look of a source gives a class away; turned copies are exact."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from lentigo_training.data.augment import through_tube
from lentigo_training.data.batches import Batch, with_turned_copies
from lentigo_training.data.datasets import Picture
from lentigo_training.data.loader import smaller
from lentigo_training.data.sampler import Sampler, label
from lentigo_training.data.taxonomy import BY_NAME, CLASSES
from lentigo_training.data.view_plan import STRENGTHS
from lentigo_training.networks import network

from ..conftest import random_view


def picture(dataset: str, name: str, dx: str, **more: object) -> Picture:
    return Picture(dataset, name, dx, name, dx, Path(f"{dataset}/{name}"), **more)  # type: ignore[arg-type]


def test_only_benign_is_a_label_of_several_classes() -> None:
    shares = label(picture("isic_224", "a", "nv", named=False))
    assert shares.sum() == pytest.approx(1)
    assert {c for c, s in zip(CLASSES, shares, strict=True) if s} == {"bkl", "df", "nv", "vasc"}
    assert label(picture("isic_224", "a", "mel")).tolist() == np.eye(7)[4].tolist()


def test_sharp_pictures_are_drawn_coarse_too_each_with_the_mix_of_its_look() -> None:
    coarse = [picture("isic2019_84px", f"c{i}", c) for i, c in enumerate(("bcc", "mel", "nv"))]
    sharp = [picture("isic_224", "c1", "mel"), picture("isic_224", "s", "nv", named=False)]
    sampler = Sampler([*coarse, *sharp], 1)
    drawn = {(p.dataset, p.image_id) for p in sampler.pictures}
    assert ("isic2019_84px", "s") in drawn
    assert len([p for p in sampler.pictures if p.image_id == "c1"]) == 2  # it had a coarse copy
    mixes = {d: np.exp(sampler.log_prior(d)) for d in ("isic2019_84px", "isic_224")}
    assert mixes["isic2019_84px"][CLASSES.index("bcc")] > 0.2
    assert mixes["isic_224"][CLASSES.index("bcc")] < 0.01
    pixels = np.zeros((224, 224, 3), np.uint8)
    assert smaller(pixels, BY_NAME["isic2019_84px"].side).shape == (84, 84, 3)
    assert smaller(pixels, BY_NAME["isic_224"].side).shape == (224, 224, 3)


def test_parts_of_a_data_set_have_their_own_mix() -> None:
    rows = [("one", "mel")] * 9 + [("one", "nv")] + [("two", "bkl")] * 4 + [("two", "nv")] * 4
    pictures = [
        picture("isic_archive", f"p{i}", dx, origin=origin) for i, (origin, dx) in enumerate(rows)
    ]
    sampler = Sampler(pictures, 1)
    assert np.exp(sampler.log_prior("isic_archive", "one"))[CLASSES.index("mel")] > 0.7
    assert np.exp(sampler.log_prior("isic_archive", "two"))[CLASSES.index("mel")] < 0.01


def test_a_tube_is_seen_as_often_whether_the_picture_had_one_or_not() -> None:
    plain = np.full((224, 224, 3), 180, np.uint8)
    dark = through_tube(plain, 1.0)
    strength = STRENGTHS["isic_224"]

    def share(source: np.ndarray) -> float:
        views = [
            random_view(source, 64, np.random.default_rng(i), strength, 4 / 3) for i in range(300)
        ]
        return float(np.mean([(view.max(axis=2) < 40).mean() > 0.02 for view in views]))

    assert through_tube(plain, 0.9)[112, 112].tolist() == [180] * 3
    assert through_tube(plain, 0.9)[2, 2].tolist() == [0] * 3
    assert abs(share(dark) - share(plain)) < 0.12
    assert 0.3 < share(plain) < 0.7


def batch(count: int) -> Batch:
    rng = np.random.default_rng(0)
    return Batch(
        inputs=rng.uniform(-1, 1, (count, 4, 4, 3)).astype(np.float32),
        classes=np.eye(7, dtype=np.float32)[np.arange(count) % 7],
        priors=rng.normal(size=(count, 7)).astype(np.float32),
        domains=np.eye(3, dtype=np.float32)[np.arange(count) % 3],
        has_class=np.ones(count, np.float32),
        copies=np.arange(count, dtype=np.float32),
    )


def test_turned_copies_are_exact_and_know_each_other() -> None:
    whole = with_turned_copies(batch(6), 2, 8, np.random.default_rng(1))
    assert whole.copies.tolist() == [14, 15, 10, 11, 12, 13, 8, 9]
    for one, other in ((0, 6), (1, 7)):
        source, copy = whole.inputs[one], whole.inputs[other]
        ways = [np.rot90(s, k) for s in (source, source[:, ::-1]) for k in range(4)]
        assert not np.array_equal(source, copy)
        assert any(np.array_equal(copy, way) for way in ways)
        for name in ("classes", "priors", "domains", "has_class"):
            assert np.array_equal(getattr(whole, name)[one], getattr(whole, name)[other])


def test_what_differs_between_turned_copies_costs() -> None:
    rng = np.random.default_rng(2)
    classes, priors = np.eye(7)[[1, 1, 4]], np.log(np.tile(rng.dirichlet(np.ones(7)), (3, 1)))
    alone = np.concatenate([classes, priors, [[0], [1], [2]]], axis=1).astype(np.float32)
    paired = alone.copy()
    paired[:, -1] = [1, 0, 2]

    def losses(target: np.ndarray, logits: np.ndarray) -> np.ndarray:
        value = network.class_loss(
            keras.ops.convert_to_tensor(target), keras.ops.convert_to_tensor(logits)
        )
        return np.asarray(keras.ops.convert_to_numpy(value))

    logits = rng.normal(size=(3, 7)).astype(np.float32)
    extra = losses(paired, logits) - losses(alone, logits)
    log = logits[:2] + priors[:2] - np.log(np.exp(logits[:2] + priors[:2]).sum(1, keepdims=True))
    expected = (np.exp(log) * (log - log[::-1])).sum(1)
    assert np.allclose(extra, [*expected, 0], atol=1e-5)
    assert (expected > 0).all()
    same = logits[[0, 0, 2]]
    assert np.allclose(losses(paired, same), losses(alone, same), atol=1e-6)
