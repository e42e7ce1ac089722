"""Finds near-identical pictures across data sets, which ids do not show.

Two stages on the brightness of the centre of the whole picture, which leaves out the dark corners
of a dermatoscope's tube: the rough form first (16x16), then the details of what passes (48x48
without its low frequencies).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .datasets import DataError, Picture
from .taxonomy import BY_NAME

Pair = tuple[str, str]
"""Ids of two pictures, in alphabetical order."""

ROUGH = 0.95
DETAILS = 0.72
"""Least correlations of a pair. Copies of one picture in two resolutions reach 0.76 in 99 %; other
pictures of one lesion in one session 0.65; those above are hardly ever of two lesions."""

FILE = "near_duplicates.csv"


def find_pairs(pictures: Sequence[Picture], among: Sequence[Picture]) -> list[Pair]:
    """Pairs of one of `pictures` with one of `among`, sorted; the same id is no pair."""
    first, second = _descriptors(pictures), _descriptors(among)
    found: set[Pair] = set()
    for i, picture in enumerate(pictures):
        for j in map(int, np.flatnonzero(second[0] @ first[0][i] > ROUGH)):
            if picture.image_id != among[j].image_id and second[1][j] @ first[1][i] > DETAILS:
                one, other = sorted((picture.image_id, among[j].image_id))
                found.add((one, other))
    return sorted(found)


def write_pairs(folder: Path, pairs: Sequence[Pair]) -> None:
    """Writes the list of pairs into the folder of the split lists."""
    with (folder / FILE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("first", "second"))
        writer.writerows(pairs)


def read_pairs(folder: Path) -> list[Pair]:
    """The list of pairs; empty where there is none."""
    path = folder / FILE
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [(row["first"], row["second"]) for row in csv.DictReader(file)]


def _descriptors(pictures: Sequence[Picture]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(n, 256) and (n, 2304), each row of mean 0 and length 1."""
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(_descriptor, pictures))
    return (
        np.stack([rough for rough, _ in rows]).astype(np.float32),
        np.stack([details for _, details in rows]).astype(np.float32),
    )


def _descriptor(picture: Picture) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    grey = cv2.imread(str(picture.path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise DataError(f"{picture.path} cannot be read as a picture")
    if (aspect := BY_NAME[picture.dataset].aspect) > 1:  # as wide as before it was squashed
        grey = cv2.resize(grey, (round(len(grey) * aspect), len(grey)))
    height, width = grey.shape
    side = min(height, width) * 2 // 3
    down, across = (height - side) // 2, (width - side) // 2
    centre = grey[down : down + side, across : across + side]
    rough = cv2.resize(centre, (16, 16), interpolation=cv2.INTER_AREA).astype(np.float32)
    fine = cv2.resize(centre, (48, 48), interpolation=cv2.INTER_AREA).astype(np.float32)
    return _unit(rough), _unit(fine - cv2.GaussianBlur(fine, (0, 0), 4))


def _unit(values: NDArray[np.float32]) -> NDArray[np.float16]:
    row = values.ravel() - values.mean()
    return np.asarray(row / (np.linalg.norm(row) + 1e-6), dtype=np.float16)
