"""Who and where: skin type, sex, age band and body site, where a data set says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .datasets import Picture, image_id, read_table

Factor = Literal["skinType", "sex", "age", "site"]
FACTORS: tuple[Factor, ...] = ("skinType", "sex", "age", "site")

COLUMNS: dict[Factor, tuple[str, ...]] = {
    "skinType": ("fitspatrick", "fitzpatrick_skin_type"),
    "sex": ("sex", "gender"),
    "age": ("age", "age_approx"),
    "site": ("localization", "region", "anatom_site_general"),
}
"""What the data sets call them, in their own spelling."""

ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}

AGE_BANDS = ((30, "0-29"), (45, "30-44"), (60, "45-59"), (75, "60-74"), (200, "75+"))

Details = dict[str, dict[Factor, str]]
"""Known details by picture id; unknown ones are left out."""


def read_details(data: Path, name: str) -> Details:
    """What the table of the data set `name` under `data` says of each picture."""
    details: Details = {}
    for row in read_table(data, name):
        details[image_id(row)] = {
            factor: value
            for factor, columns in COLUMNS.items()
            if (value := _value(factor, next((row[c] for c in columns if row.get(c)), "")))
        }
    return details


def members(
    pictures: Sequence[Picture], details: Details
) -> dict[tuple[Factor, str], NDArray[np.bool_]]:
    """For each group met, by factor and value, which pictures (n,) belong to it."""
    values = {
        f: np.array([details.get(p.image_id, {}).get(f, "") for p in pictures]) for f in FACTORS
    }
    return {
        (factor, str(value)): of == value
        for factor, of in values.items()
        for value in np.unique(of)
        if value
    }


def _value(factor: Factor, text: str) -> str:
    text = text.strip().lower()
    if text in ("", "unknown", "nan"):
        return ""
    if factor == "age":
        return next(band for end, band in AGE_BANDS if float(text) < end)
    if factor == "skinType":
        return ROMAN.get(text) or str(int(float(text)))
    return text
