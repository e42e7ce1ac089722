"""Reads the data sets from disk: a folder each, with a table and pictures anywhere below it.

The task says where they are and what their columns mean, those of the published layouts too:
HAM10000 of the Harvard Dataverse, PAD-UFES-20 of Mendeley Data.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from .task import DataSet
from .taxonomy import BY_NAME, CLASSES, NO_LESION, TASK

PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png"}

# Two nearly identical pictures that the metadata gives to two lesions: they are one.
SAME_LESION = (("ISIC_0025226", "ISIC_0030074"),)

ID_COLUMNS = ("image_id", "img_id", "isic_id", "file")


class DataError(Exception):
    """The data on disk is not what a data set should look like."""


@dataclass(frozen=True)
class Picture:
    """One picture of a data set.

    `dx` is one of CLASSES or `none`. `group` names what must not be torn apart by a split: the
    lesion, the patient, or the picture itself. `stratum` is what the splits are balanced by.
    `origin` names the part of the data set that has a look and a class mix of its own. Of a picture
    that is not `named` it is known only that the lesion is benign; `dx` is then a guess. `view` is
    its kind of picture where that is not its data set's; `crop` the left, top and side of the
    square of it that counts, in pixels, where that is not the whole picture.
    """

    dataset: str
    image_id: str
    dx: str
    group: str
    stratum: str
    path: Path
    origin: str = ""
    named: bool = True
    view: str = ""
    crop: tuple[int, int, int] | None = None

    @property
    def domain(self) -> str:
        """Kind of picture, one of DOMAINS."""
        return self.view or BY_NAME[self.dataset].domain


def read_dataset(data: Path, name: str) -> list[Picture]:
    """Pictures of the data set `name` under the folder `data`, by id.

    Returns an empty list where the data set is not there.
    Raises DataError for unknown labels, ids met twice, or listed pictures that are missing.
    """
    dataset = BY_NAME[name]
    found = _find(data, dataset)
    if found is None:
        return []
    folder, table = found
    files = _picture_files(folder)
    pictures = [_picture(dataset, row, files, table) for row in _rows(table)]
    pictures.sort(key=lambda p: p.image_id)
    for one, other in pairwise(pictures):
        if one.image_id == other.image_id:
            raise DataError(f"{table}: {one.image_id} is listed twice")
    return _with_merged_lesions(pictures)


def read_table(data: Path, name: str) -> Iterator[dict[str, str]]:
    """Rows of the data set's table, unchanged; empty if the data set is missing."""
    found = _find(data, BY_NAME[name])
    if found is not None:
        yield from _rows(found[1])


def _find(data: Path, dataset: DataSet) -> tuple[Path, Path] | None:
    """The folder of a data set and its table."""
    if dataset.path:
        folders = [dataset.path]
    else:
        folders = [data / folder for folder in dataset.folders or (dataset.name,)]
    for table in (folder / name for folder in folders for name in dataset.tables):
        if table.is_file() and _has_columns(table, dataset.requires):
            return table.parent, table
    return None


def _has_columns(table: Path, required: Sequence[str]) -> bool:
    with table.open(newline="", encoding="utf-8-sig") as file:
        columns = re.split(r"[,\t]", file.readline().strip())
    return set(required) <= set(columns)


def _rows(table: Path) -> Iterator[dict[str, str]]:
    with table.open(newline="", encoding="utf-8-sig") as file:
        delimiter = "\t" if "\t" in file.readline() else ","
        file.seek(0)
        yield from csv.DictReader(file, delimiter=delimiter)


def _picture_files(folder: Path) -> dict[str, Path]:
    """Every picture below the folder by its stem; masks and segmentations left out."""
    files: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        parents = path.relative_to(folder).parts[:-1]
        if any("mask" in part.lower() or "segmentation" in part.lower() for part in parents):
            continue
        if path.suffix.lower() in PICTURE_SUFFIXES:
            files.setdefault(path.stem, path)
    return files


def _picture(dataset: DataSet, row: dict[str, str], files: dict[str, Path], table: Path) -> Picture:
    stem = image_id(row)
    if stem not in files:
        raise DataError(f"{table}: no picture for '{stem}'")
    if dataset.domain == NO_LESION:
        dx = NO_LESION
    else:
        label = _first(row, dataset.label)
        dx = dataset.labels.get(label, label)
        if dx not in CLASSES:
            raise DataError(f"{table}: '{stem}' has an unknown label '{dx}'")
    found = re.search(dataset.group_in_id, stem) if dataset.group_in_id else None
    own = f"{dataset.name}/" if dataset.own_ids else ""
    return Picture(
        dataset.name,
        own + stem,
        dx,
        own + (found[0] if found else _first(row, dataset.group) or stem),
        row[dataset.stratum] if dataset.stratum else dx,
        files[stem],
        (row.get(dataset.origin) or "") if dataset.origin else "",
        TASK.unnamed is None or row.get("diagnosis") != TASK.unnamed.word,
        dataset.views.get(row.get(dataset.view) or "", "") if dataset.view else "",
        _crop(row, dataset, table),
    )


def _crop(row: dict[str, str], dataset: DataSet, table: Path) -> tuple[int, int, int] | None:
    values = [row.get(column) or "" for column in dataset.crop]
    if not any(values):
        return None
    try:
        left, top, side = (round(float(value)) for value in values)
    except ValueError:
        raise DataError(f"{table}: '{image_id(row)}' has no crop of three numbers") from None
    return left, top, side


def image_id(row: dict[str, str]) -> str:
    """The id of a row's picture: its file's name without the ending."""
    return Path(_first(row, ID_COLUMNS)).stem


def _first(row: dict[str, str], columns: Sequence[str]) -> str:
    """The first non-empty value among some columns; empty if there is none."""
    return next((row[c] for c in columns if row.get(c)), "")


def _with_merged_lesions(pictures: list[Picture]) -> list[Picture]:
    groups = {p.image_id: p.group for p in pictures}
    merged = {
        groups[second]: groups[first]
        for first, second in SAME_LESION
        if first in groups and second in groups
    }
    return [replace(p, group=merged.get(p.group, p.group)) for p in pictures]
