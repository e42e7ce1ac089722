"""Made clinics for the study of learning on a device: embeddings of pictures with their labels.

Of each clinic there is NAME.f32, float32 (n, d), and NAME.json: `dx` and `group` (the lesion or
patient) of each picture, `phone`, and `testOnly` where some pictures are never corrected. No
picture of a test split is used, and all but those of PAD-UFES-20 that are corrected are of
validation splits, which the network was not trained on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from ..data.datasets import Picture
from ..data.loader import read_picture
from ..data.resample import as_the_app, centre_square
from ..data.splits import load_split
from ..data.taxonomy import SIZE, SPLITS, Split
from ..data.views import Look
from ..networks.predict import predict_pixels

CHUNK = 64

MOST_NAEVI = 250
"""Naevi of the clinic with another camera: it sees fewer of them than HAM10000 has."""

GAMMA = 1.25
GAINS = (1.0, 0.86, 0.7)


@dataclass(frozen=True)
class Clinic:
    """Pictures of one place; `corrected` may be pictures that the network was trained on."""

    name: str
    tested: Sequence[Picture]
    corrected: Sequence[Picture] = ()
    look: Look | None = None


def darker_and_warmer(square: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Simulates a camera that is darker and sees little blue."""
    light = (square.astype(np.float32) / 255) ** GAMMA * np.array(GAINS, np.float32)
    return (light * 255).clip(0, 255).astype(np.uint8)


def clinics(data: Path, splits: Path) -> list[Clinic]:
    """The clinics of the study."""

    def part(name: str, split: Split = "validation") -> list[Picture]:
        return load_split(data, splits, name, split)

    ham = part("ham10000")
    naevi = sorted((p for p in ham if p.dx == "nv"), key=_mark)[:MOST_NAEVI]
    return [
        Clinic("isic2018_task1", part("isic2018_task1")),
        Clinic("isic2018_task3_val", part("isic2018_task3_val")),
        Clinic("pad_ufes20", part("pad_ufes20"), part("pad_ufes20", "train")),
        Clinic(
            "ham10000_camera", [*(p for p in ham if p.dx != "nv"), *naevi], look=darker_and_warmer
        ),
    ]


def merged_clinics(data: Path, splits: Path) -> list[Clinic]:
    """Pictures of the study of merging heads: those that clinics learn from and those kept to test.

    Half of HAM10000's validation lesions are tested, by a hash of their name.
    """
    ham = load_split(data, splits, "ham10000", "validation")
    tested = {p.group for p in ham if int(hashlib.sha256(p.group.encode()).hexdigest(), 16) % 2}
    pad = {s: load_split(data, splits, "pad_ufes20", s) for s in SPLITS}
    return [
        Clinic(
            "ham10000",
            [p for p in ham if p.group in tested],
            [p for p in ham if p.group not in tested],
        ),
        Clinic("pad_ufes20", pad["validation"], pad["train"]),
    ]


def _mark(picture: Picture) -> str:
    return hashlib.sha256(picture.image_id.encode()).hexdigest()


def write(folder: Path, clinic: Clinic, model: keras.Model) -> None:
    """Embeds a clinic's pictures as the app does and writes its two files."""
    pictures = [*clinic.corrected, *clinic.tested]
    parts = [
        predict_pixels(
            model,
            np.stack([_pixels(p, clinic.look) for p in pictures[i : i + CHUNK]]),
            ("embedding",),
        )["embedding"]
        for i in range(0, len(pictures), CHUNK)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    np.concatenate(parts).astype("<f4").tofile(folder / f"{clinic.name}.f32")
    described: dict[str, object] = {
        "dx": [p.dx for p in pictures],
        "group": [p.group for p in pictures],
        "phone": pictures[0].domain == "phone",
    }
    if clinic.corrected:
        described["testOnly"] = [False] * len(clinic.corrected) + [True] * len(clinic.tested)
    (folder / f"{clinic.name}.json").write_text(json.dumps(described) + "\n")


def _pixels(picture: Picture, look: Look | None) -> NDArray[np.uint8]:
    pixels = read_picture(picture)
    return as_the_app(centre_square(look(pixels) if look else pixels), SIZE)
