"""Near-identical pictures are found, and what belongs together is never torn apart."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo_training.data.datasets import Picture
from lentigo_training.data.near_duplicates import find_pairs, read_pairs, write_pairs
from lentigo_training.data.splits import join_groups
from lentigo_training.data.taxonomy import BY_NAME, SPLITS

from ..conftest import SPLITS as LISTS


def lesion(seed: int) -> np.ndarray:
    """A picture (240, 320, 3) with structure of its own in the middle."""
    rng = np.random.default_rng(seed)
    rough = cv2.resize(rng.integers(60, 250, (6, 8, 3), np.uint8), (320, 240))
    fine = cv2.resize(rng.integers(0, 60, (30, 40, 3), np.uint8), (320, 240))
    return cv2.subtract(rough, fine)


def saved(folder: Path, dataset: str, name: str, pixels: np.ndarray, quality: int = 90) -> Picture:
    path = folder / f"{name}.jpg"
    assert cv2.imwrite(str(path), pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return Picture(dataset, name, "nv", name, "nv", path)


def test_a_squashed_coarse_darker_copy_is_found_and_others_are_not(tmp_path: Path) -> None:
    whole = [lesion(seed) for seed in range(6)]
    squares = [
        saved(tmp_path, "ham10000", f"b{i}", picture[:, 40:280]) for i, picture in enumerate(whole)
    ]
    squashed = cv2.resize(whole[2], (224, 224), interpolation=cv2.INTER_AREA)
    darker = cv2.convertScaleAbs(squashed, alpha=0.8, beta=10)
    copy = saved(tmp_path, "isic_224", "a", darker, quality=60)
    pairs = find_pairs([copy], [*squares, copy])
    assert pairs == [("a", "b2")]
    write_pairs(tmp_path, pairs)
    assert read_pairs(tmp_path) == pairs


GROUPS = st.integers(0, 8).map(lambda i: f"g{i}")
KNOWN = st.dictionaries(GROUPS, st.sampled_from(SPLITS), max_size=4)
PICTURES = st.lists(st.tuples(st.integers(0, 12), GROUPS), min_size=1, max_size=25)


@given(PICTURES, st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=8), KNOWN)
def test_wholes(
    rows: list[tuple[int, str]], pairs: list[tuple[int, int]], known: dict[str, str]
) -> None:
    pictures = [Picture("ham10000", f"p{i}", "nv", group, "nv", Path("none")) for i, group in rows]
    names = join_groups(pictures, [(f"p{a}", f"p{b}") for a, b in pairs], known)  # type: ignore[arg-type]
    assert set(names) == {group for _, group in rows}
    assert all(names[g] == g for g in names if g in known)
    # What one id or a pair connects is one whole where no list has placed it apart.
    linked = [(a, b) for i, a in rows for j, b in rows if i == j]
    linked += [(a, b) for i, a in rows for j, b in rows if (i, j) in pairs]
    for a, b in linked:
        assert names[a] == names[b] or a in known or b in known
    # A new group that touches test goes to test.
    for a, b in linked:
        if known.get(a) == "test" and b not in known:
            assert known[names[b]] == "test"


def test_the_listed_pairs_are_together() -> None:
    """A picture that resembles two placed ones is with the one nearer to test."""
    split, placed = {}, set()
    for name in BY_NAME:
        for line in (LISTS / f"{name}.csv").read_text().splitlines()[1:]:
            image, _, _, split[image] = line.split(",")
            if name in PLACED:
                placed.add(image)
    pairs = read_pairs(LISTS)
    assert len(pairs) > 50
    for one, other in pairs:
        newer, older = sorted((one, other), key=lambda image: image in placed)
        assert newer not in placed
        nearer = SPLITS.index(split[newer]) >= SPLITS.index(split[older])
        assert nearer if older in placed else split[newer] == split[older], (one, other)


PLACED = {"ham10000", "isic2018_task1", "isic2019_84px", "pad_ufes20", "non_lesion"}
"""Data sets that were split before pairs were looked for."""


@pytest.mark.parametrize(("stratum", "share"), [("new_melanoma", 0.2), ("benign", 0.2)])
def test_a_fifth_of_what_no_other_folder_has_is_held_out(stratum: str, share: float) -> None:
    dx = "mel" if stratum == "new_melanoma" else "nv"
    elsewhere = {
        line.split(",")[0] for line in (LISTS / "isic2019_84px.csv").read_text().splitlines()
    }
    rows = [line.split(",") for line in (LISTS / "isic_224.csv").read_text().splitlines()[1:]]
    own = [row for row in rows if row[1] == dx and row[0] not in elsewhere]
    assert len(own) == (824 if dx == "mel" else 2520)
    held_out = np.mean([row[3] == "test" for row in own])
    assert held_out == pytest.approx(share, abs=0.01)
