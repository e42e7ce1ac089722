"""Nothing stands in two splits: on the committed lists always, on the data where it is."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo_training.data.datasets import Picture, read_dataset
from lentigo_training.data.near_duplicates import FILE, read_pairs
from lentigo_training.data.splits import (
    assign,
    load_split,
    read_assignment,
    split_all,
    write_splits,
)
from lentigo_training.data.taxonomy import BY_NAME, CLASSES, SPLITS

from ..conftest import SPLITS as LISTS


def rows(name: str) -> list[dict[str, str]]:
    with (LISTS / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_no_group_and_no_picture_stands_in_two_splits_of_any_data_sets() -> None:
    groups, pictures = defaultdict(set), defaultdict(set)
    for name in BY_NAME:
        for row in rows(name):
            groups[row["group"]].add(row["split"])
            pictures[row["image_id"]].add(row["split"])
    assert len(groups) > 10_000
    assert [g for g, splits in groups.items() if len(splits) > 1] == []
    assert [p for p, splits in pictures.items() if len(splits) > 1] == []


def test_near_duplicates_are_together() -> None:
    split = {r["image_id"]: (r["group"], r["split"]) for r in rows("ham10000")}
    assert split["ISIC_0025226"] == split["ISIC_0030074"]


def test_healthy_skin_goes_with_its_patient() -> None:
    patients = {r["group"]: r["split"] for r in rows("pad_ufes20")}
    healthy = [r for r in rows("non_lesion") if r["image_id"].startswith("PAT_")]
    assert len(healthy) > 200
    assert all(patients[r["group"]] == r["split"] for r in healthy)


@pytest.mark.parametrize("name", ["ham10000", "isic2018_task1", "pad_ufes20", "non_lesion"])
def test_shares_by_class(name: str) -> None:
    counts = Counter((r["dx"], r["split"]) for r in rows(name))
    for dx in {r["dx"] for r in rows(name)}:
        total = sum(counts[dx, s] for s in SPLITS)
        for split, share in zip(SPLITS, BY_NAME[name].fractions, strict=True):
            # Patients bring pictures of several classes: PAD-UFES-20 can be less exact.
            room = max(4, 0.03 * total)
            assert abs(counts[dx, split] - share * total) <= room, (dx, split)


def test_label_tables_hold_the_test_split() -> None:
    for name in ("ham10000", "isic2018_task1", "pad_ufes20", "non_lesion"):
        with (LISTS / "labels" / f"{name}_test.csv").open(newline="") as file:
            labels = {Path(r["file"]).stem: r["dx"] for r in csv.DictReader(file)}
        assert labels == {r["image_id"]: r["dx"] for r in rows(name) if r["split"] == "test"}
        assert set(labels.values()) <= {*CLASSES, "none"}


def test_the_lists_follow_from_the_data(real_data: Path, tmp_path: Path) -> None:
    """What the lists know keeps its split; preparing again gives the same lists."""
    known = read_assignment(LISTS)
    splits = split_all(real_data, known, read_pairs(LISTS))
    moved = [p for rows in splits.values() for p, s in rows if known.get(p.group, s) != s]
    assert moved == []
    write_splits(tmp_path, splits)
    for path in {*LISTS.rglob("*.csv")} - {LISTS / FILE}:
        assert (tmp_path / path.relative_to(LISTS)).read_text() == path.read_text(), path.name


def test_no_real_lesion_or_patient_in_two_splits(real_data: Path) -> None:
    """As before, but by the metadata instead of the lists' own column."""
    for name, key in (("ham10000", "lesion_id"), ("pad_ufes20", "patient_id")):
        split = {r["image_id"]: r["split"] for r in rows(name)}
        owner = defaultdict(set)
        with (real_data / name / "metadata.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                owner[row[key]].add(split[row["image_id"]])
        assert [o for o, splits in owner.items() if len(splits) > 1] == []


def made(groups: list[tuple[int, int]]) -> list[Picture]:
    """Pictures of groups given as (stratum, pictures)."""
    return [
        Picture("ham10000", f"{g}-{i}", "nv", f"group {g}", f"class {stratum}", Path("none"))
        for g, (stratum, count) in enumerate(groups)
        for i in range(count)
    ]


SOME_GROUPS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=1, max_size=80)


@given(SOME_GROUPS, st.randoms(use_true_random=False))
def test_the_order_of_pictures_does_not_matter(groups: list[tuple[int, int]], random) -> None:  # type: ignore[no-untyped-def]
    pictures = made(groups)
    shuffled = pictures.copy()
    random.shuffle(shuffled)
    assert assign(pictures, (0.7, 0.1, 0.2), {}) == assign(shuffled, (0.7, 0.1, 0.2), {})


@given(SOME_GROUPS)
def test_shares_are_kept_within_a_group(groups: list[tuple[int, int]]) -> None:
    pictures = made(groups)
    assignment = assign(pictures, (0.7, 0.1, 0.2), {})
    for stratum in {p.stratum for p in pictures}:
        own = [p for p in pictures if p.stratum == stratum]
        for split, share in zip(SPLITS, (0.7, 0.1, 0.2), strict=True):
            count = sum(assignment[p.group] == split for p in own)
            assert count <= share * len(own) + 4  # no more than one group too many


@given(SOME_GROUPS, st.sampled_from(SPLITS))
def test_fixed_groups_stay(groups: list[tuple[int, int]], split) -> None:  # type: ignore[no-untyped-def]
    pictures = made(groups)
    assert assign(pictures, (0.7, 0.1, 0.2), {"group 0": split})["group 0"] == split


def test_preparing_again_changes_nothing(small_data: Path, tmp_path: Path) -> None:
    write_splits(tmp_path, split_all(small_data, {}))
    first = {p.name: p.read_bytes() for p in tmp_path.rglob("*.csv")}
    known = read_assignment(tmp_path)
    write_splits(tmp_path, split_all(small_data, known))
    assert {p.name: p.read_bytes() for p in tmp_path.rglob("*.csv")} == first
    every = [p for s in SPLITS for p in load_split(small_data, tmp_path, "ham10000", s)]
    assert len(every) == len(read_dataset(small_data, "ham10000")) == 90
