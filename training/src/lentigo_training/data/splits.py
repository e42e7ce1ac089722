"""Train, validation and test: by lesion or patient, stratified, the same on every machine.

Groups are put in the order of a hash of their name and dealt out, stratum by stratum, to the split
that lacks most pictures. No random generator takes part, so nothing depends on its version.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from scipy.cluster.hierarchy import DisjointSet

from .datasets import DataError, Picture, read_dataset
from .taxonomy import AS_THEY_COME, BY_NAME, DATA_SETS, SPLITS, Split

SALT = "lentigo-1"

Assignment = dict[str, Split]
"""Group to split."""


def assign(
    pictures: Iterable[Picture],
    fractions: tuple[float, float, float],
    fixed: Mapping[str, Split],
) -> Assignment:
    """Gives every group of `pictures` a split.

    `fractions` are the shares of pictures of SPLITS; `fixed` holds groups whose split is known
    already (another data set has them). A group of several strata counts for its rarest one.
    """
    pictures = list(pictures)
    strata = Counter(p.stratum for p in pictures)
    members: dict[str, list[Picture]] = defaultdict(list)
    for picture in pictures:
        members[picture.group].append(picture)
    rarest = {
        group: min((p.stratum for p in own), key=lambda s: (strata[s], s))
        for group, own in members.items()
    }
    assignment: Assignment = {}
    for stratum in sorted(strata):
        groups = [g for g in members if rarest[g] == stratum]
        total = sum(len(members[g]) for g in groups)
        lacking: dict[Split, float] = {s: f * total for s, f in zip(SPLITS, fractions, strict=True)}
        # What is fixed comes first, so that the rest can make up for it.
        for group in sorted(groups, key=lambda g: (g not in fixed, _hash(g))):
            split = fixed.get(group) or _neediest(lacking)
            assignment[group] = split
            lacking[split] -= len(members[group])
    return assignment


def _neediest(lacking: Mapping[Split, float]) -> Split:
    return max(SPLITS, key=lambda split: lacking[split])


def _hash(group: str) -> str:
    return hashlib.sha256(f"{SALT}:{group}".encode()).hexdigest()


def join_groups(
    pictures: Iterable[Picture], pairs: Iterable[tuple[str, str]], known: Mapping[str, Split]
) -> dict[str, str]:
    """Group to the name of the whole that it belongs to.

    A whole is what ids met in several data sets and `pairs` of picture ids connect. `known` groups
    keep their name, so that nothing moves that a list has placed; the others of a whole join the
    known group that is nearest to test, or the first of themselves.
    """
    wholes = DisjointSet()
    of_picture: dict[str, str] = {}
    for picture in pictures:
        wholes.add(picture.group)
        wholes.merge(of_picture.setdefault(picture.image_id, picture.group), picture.group)
    for first, second in pairs:
        if first in of_picture and second in of_picture:
            wholes.merge(of_picture[first], of_picture[second])
    names: dict[str, str] = {}
    for whole in wholes.subsets():
        placed = sorted((-SPLITS.index(known[group]), group) for group in whole if group in known)
        head = placed[0][1] if placed else min(whole)
        names |= {group: group if group in known else head for group in whole}
    return names


def split_all(
    data: Path, known: Mapping[str, Split], pairs: Iterable[tuple[str, str]] = ()
) -> dict[str, list[tuple[Picture, Split]]]:
    """Splits every data set found under `data`; `known` groups keep their split.

    Pictures of one id and those that `pairs` of ids connect stay together.
    """
    fixed: Assignment = dict(known)
    result: dict[str, list[tuple[Picture, Split]]] = {}
    read = {dataset.name: read_dataset(data, dataset.name) for dataset in DATA_SETS}
    names = join_groups((p for pictures in read.values() for p in pictures), pairs, known)
    for name, found in read.items():
        if not found:
            continue
        pictures = [replace(p, group=names[p.group]) for p in found]
        # A lesion or patient met in an earlier data set keeps its split in the later ones.
        assignment = assign(pictures, BY_NAME[name].fractions, fixed)
        fixed.update(assignment)
        result[name] = [(p, assignment[p.group]) for p in pictures]
    return result


def write_splits(folder: Path, splits: Mapping[str, list[tuple[Picture, Split]]]) -> None:
    """Writes `<dataset>.csv` (image_id, dx, group, split) and `labels/<dataset>_test.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in splits.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("image_id", "dx", "group", "split"))
            writer.writerows((p.image_id, p.dx, p.group, split) for p, split in rows)
        tests = [p for p, split in rows if split == "test"]
        if tests and name in AS_THEY_COME:
            write_labels(folder / "labels" / f"{name}_test.csv", tests)


def write_labels(path: Path, pictures: Iterable[Picture]) -> None:
    """Writes the `file,dx` table that the app's evaluation tool takes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "dx"))
        writer.writerows((p.path.name, p.dx) for p in pictures)


def read_assignment(folder: Path) -> Assignment:
    """Group to split of every list in `folder`; empty where there is none."""
    assignment: Assignment = {}
    for path in (folder / f"{name}.csv" for name in BY_NAME if has_list(folder, name)):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                assignment[row["group"]] = _split(row["split"])
    return assignment


def load_split(data: Path, folder: Path, name: str, split: Split) -> list[Picture]:
    """Pictures of one data set in one split, as the lists in `folder` say, in the order of ids.

    Pictures that no list names are left out. Raises FileNotFoundError without a list, DataError for
    a data set that the task does not have.
    """
    if name not in BY_NAME:
        raise DataError(f"this task has no data set '{name}'")
    with (folder / f"{BY_NAME[name].name}.csv").open(newline="", encoding="utf-8") as file:
        groups = {r["image_id"]: r["group"] for r in csv.DictReader(file) if r["split"] == split}
    return [
        replace(p, group=groups[p.image_id])
        for p in read_dataset(data, name)
        if p.image_id in groups
    ]


def has_list(folder: Path, name: str) -> bool:
    """Whether the lists in `folder` know a data set."""
    return (folder / f"{name}.csv").is_file()


def load_everything(data: Path, folder: Path, split: Split) -> list[Picture]:
    """As `load_split`, of every data set that has a list."""
    return [
        picture
        for dataset in DATA_SETS
        if has_list(folder, dataset.name)
        for picture in load_split(data, folder, dataset.name, split)
    ]


def _split(text: str) -> Split:
    for split in SPLITS:
        if split == text:
            return split
    raise ValueError(f"no split is called '{text}'")
