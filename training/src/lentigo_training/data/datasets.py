"""Reads the data sets from disk, in the project's layout and in the published ones.

The project's layout is one folder a data set with `metadata.csv` and `images/`. The published ones
are HAM10000 of the Harvard Dataverse (`HAM10000_metadata[.csv|.tab]`, `HAM10000_images_part_1`,
`_part_2`) and PAD-UFES-20 of Mendeley Data (`metadata.csv` with `img_id`, `imgs_part_1..3`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from .taxonomy import BY_NAME, CLASSES, NO_LESION, PAD_DIAGNOSES

PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png"}

# Two nearly identical pictures that the metadata gives to two lesions: they are one.
SAME_LESION = (("ISIC_0025226", "ISIC_0030074"),)

FOLDERS = {
    "ham10000": ("ham10000", "HAM10000", "dataverse_files"),
    "pad_ufes20": ("pad_ufes20", "PAD-UFES-20", "zr7vgbcyr2-1"),
}


class DataError(Exception):
    """The data on disk is not what a data set should look like."""


@dataclass(frozen=True)
class Picture:
    """One picture of a data set.

    `dx` is one of CLASSES or `none`. `group` names what must not be torn apart by a split: the
    lesion, the patient, or the picture itself. `stratum` is what the splits are balanced by.
    `origin` names the part of the data set that has a look and a class mix of its own. Of a picture
    that is not `named` it is known only that the lesion is benign; `dx` is then a guess.
    """

    dataset: str
    image_id: str
    dx: str
    group: str
    stratum: str
    path: Path
    origin: str = ""
    named: bool = True

    @property
    def domain(self) -> str:
        """Kind of picture: `dermatoscope`, `phone` or `none`."""
        return BY_NAME[self.dataset].domain


def read_dataset(data: Path, name: str) -> list[Picture]:
    """Pictures of the data set `name` under the folder `data`, by id.

    Returns an empty list where the data set is not there.
    Raises DataError for unknown labels, ids met twice, or listed pictures that are missing.
    """
    found = _find(data, name)
    if found is None:
        return []
    folder, table = found
    files = _picture_files(folder)
    pictures = [_picture(name, row, files, table) for row in _rows(table)]
    pictures.sort(key=lambda p: p.image_id)
    for one, other in pairwise(pictures):
        if one.image_id == other.image_id:
            raise DataError(f"{table}: {one.image_id} is listed twice")
    return _with_merged_lesions(pictures)


def read_table(data: Path, name: str) -> Iterator[dict[str, str]]:
    """Rows of the data set's table, as they are; none where the data set is not there."""
    found = _find(data, name)
    if found is not None:
        yield from _rows(found[1])


def _find(data: Path, name: str) -> tuple[Path, Path] | None:
    """The folder of a data set and its table."""
    for folder in _candidates(data, name):
        table = _table(folder, name)
        if table is not None:
            return folder, table
    return None


def _candidates(data: Path, name: str) -> Iterator[Path]:
    for folder in FOLDERS.get(name, (name,)):
        if (data / folder).is_dir():
            yield data / folder
    if name in FOLDERS:  # the archive may have been unpacked right into the folder
        yield data


def _table(folder: Path, name: str) -> Path | None:
    plain = folder / "metadata.csv"
    if name == "ham10000":
        for other in ("HAM10000_metadata", "HAM10000_metadata.csv", "HAM10000_metadata.tab"):
            if (folder / other).is_file():
                return folder / other
    if not plain.is_file():
        return None
    with plain.open(newline="", encoding="utf-8") as file:
        columns = file.readline()
    if name == "pad_ufes20" and "diagnostic" not in columns:
        return None
    if name == "ham10000" and "dx_type" not in columns:
        return None
    return plain


def _rows(table: Path) -> Iterator[dict[str, str]]:
    with table.open(newline="", encoding="utf-8") as file:
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


def _picture(name: str, row: dict[str, str], files: dict[str, Path], table: Path) -> Picture:
    image_id = Path(row.get("image_id") or row.get("img_id") or "").stem
    if image_id not in files:
        raise DataError(f"{table}: no picture for '{image_id}'")
    if name == "non_lesion":
        dx, stratum, origin, named = NO_LESION, row["kind"], "", True
        # Healthy skin was cut from photos of PAD-UFES-20 patients: it goes where they go.
        patient = image_id.startswith("PAT_")
        group = "_".join(image_id.split("_")[:2]) if patient else image_id
    else:
        dx = row.get("dx") or PAD_DIAGNOSES.get(row.get("diagnostic", ""), "")
        if dx not in CLASSES:
            raise DataError(f"{table}: '{image_id}' has an unknown label '{dx}'")
        named = row.get("diagnosis") != "benign"
        source = row.get("source") or ""
        # Each source in isic_224 has one class only: by itself it teaches nothing but its look.
        origin = source if name == "isic_archive" else ""
        stratum = source if name == "isic_224" else dx
        owner = row["patient_id"] if name == "pad_ufes20" else row.get("lesion_id")
        group = owner or image_id
    return Picture(name, image_id, dx, group, stratum, files[image_id], origin, named)


def _with_merged_lesions(pictures: list[Picture]) -> list[Picture]:
    groups = {p.image_id: p.group for p in pictures}
    merged = {
        groups[second]: groups[first]
        for first, second in SAME_LESION
        if first in groups and second in groups
    }
    return [replace(p, group=merged.get(p.group, p.group)) for p in pictures]
