"""The bank of embeddings: who is in it, what its bytes hold, and that the shipped one is whole."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lentigo_training.data.datasets import Picture
from lentigo_training.data.taxonomy import CLASSES
from lentigo_training.packing import bank
from lentigo_training.packing.bank import SOURCES, Bank

from ..conftest import REPOSITORY

SHIPPED = REPOSITORY / "public" / "model"


def pictures(source: str, dx: str, count: int, to_a_group: int = 1) -> list[Picture]:
    return [
        Picture(source, f"{dx}{i:04}", dx, f"{source}-{dx}-{i // to_a_group}", dx, Path("x.jpg"))
        for i in range(count)
    ]


def test_each_source_has_its_say_and_a_rare_class_all_of_its_pictures() -> None:
    found = bank.choose(
        [
            *pictures("ham10000", "nv", 500),
            *pictures("pad_ufes20", "nv", 12),
            *pictures("ham10000", "df", 9),
        ],
        most=40,
    )
    assert Counter((p.dataset, p.dx) for p in found) == {
        ("ham10000", "nv"): 28,
        ("pad_ufes20", "nv"): 12,
        ("ham10000", "df"): 9,
    }


def test_one_picture_of_each_lesion_comes_before_a_second() -> None:
    found = bank.choose(pictures("ham10000", "mel", 60, to_a_group=3), most=25)
    counts = Counter(p.group for p in found)
    assert len(counts) == 20
    assert max(counts.values()) == 2


def test_the_choice_does_not_depend_on_the_order() -> None:
    given = [*pictures("ham10000", "bkl", 50), *pictures("pad_ufes20", "bkl", 50)]
    assert bank.choose(given, 30) == bank.choose(given[::-1], 30)


def test_halves_share_no_lesion_and_have_half_of_each_class_and_source() -> None:
    given = [
        p
        for source in SOURCES
        for dx in ("bcc", "nv")
        for p in pictures(source, dx, 60, to_a_group=2)
    ]
    out = bank.held_out(given)
    sides = {(p.group, bool(h)) for p, h in zip(given, out, strict=True)}
    assert len(sides) == len({p.group for p in given})
    for source in SOURCES:
        for dx in ("bcc", "nv"):
            own = [h for p, h in zip(given, out, strict=True) if (p.dataset, p.dx) == (source, dx)]
            assert sum(own) == 30


@given(
    arrays(np.float32, (7, 5), elements=st.floats(-4, 6, width=32)),
    st.lists(st.booleans(), min_size=7, max_size=7),
)
def test_bytes_hold_a_bank_to_half_a_step(embeddings: np.ndarray, out: list[bool]) -> None:
    given = Bank(
        embeddings,
        np.arange(7, dtype=np.uint8),
        np.array([0, 1, 2, 3, 0, 1, 2], np.uint8),
        np.array(out),
    )
    found = Bank.decoded(given.encoded(), given.listed())
    step = (embeddings.max(axis=0) - embeddings.min(axis=0)) / bank.STEPS
    assert (np.abs(found.embeddings - embeddings) <= step * 0.51 + 1e-5).all()
    assert (found.classes == given.classes).all()
    assert (found.sources == given.sources).all()
    assert (found.held_out == given.held_out).all()


def test_damaged_or_too_large_banks_are_refused() -> None:
    small = Bank(
        np.ones((2, 3), np.float32), *(np.zeros(2, np.uint8),) * 2, np.array([True, False])
    )
    data = small.encoded()
    with pytest.raises(ValueError, match="damaged"):
        Bank.decoded(data[:-1] + b"\7", small.listed())
    large = replace(small, embeddings=np.ones((2, bank.LARGEST // 2), np.float32))
    with pytest.raises(ValueError, match="are allowed"):
        large.encoded()


def test_the_shipped_bank() -> None:
    manifest = json.loads((SHIPPED / "manifest.json").read_text())
    listed = manifest["bank"]
    found = bank.read(SHIPPED, manifest)
    assert (SHIPPED / listed["path"]).stat().st_size == listed["bytes"] <= bank.LARGEST
    assert found.embeddings.shape == (listed["count"], listed["dimension"])
    assert listed["path"] not in {f["path"] for f in manifest["files"]}
    assert list(listed["classes"]) == [c["code"] for c in manifest["classes"]]
    for i, code in enumerate(CLASSES):
        counts = listed["classes"][code]
        own = found.classes == i
        assert counts == {
            "learn": int((own & ~found.held_out).sum()),
            "heldOut": int((own & found.held_out).sum()),
        }
        # Of two conditions training has fewer sharp pictures.
        assert own.sum() >= (80 if code in ("df", "vasc") else 100)
        assert abs(counts["learn"] - counts["heldOut"]) <= 0.1 * own.sum() + 1
