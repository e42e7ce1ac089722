"""What several tests need: made pictures, small data sets, the real data where it is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from lentigo_training.data.augment import make_view
from lentigo_training.data.view_plan import LESION, Strength, draw_view

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

REPOSITORY = Path(__file__).resolve().parents[2]
SPLITS = REPOSITORY / "training" / "splits"
EXPORT = Path(__file__).parent / "export"
"""What the app's training export of a made record holds; `export_pictures` says how it was made."""


BROWN = (110, 70, 60)
COLOURS = {"nv": BROWN, "mel": (30, 20, 40), "bcc": (60, 160, 220)}
"""Colours of blobs, by class: unlike real ones, they can be learnt in seconds."""


def made_picture(
    seed: int, height: int = 64, width: int = 64, colour: tuple[int, int, int] = BROWN
) -> NDArray[np.uint8]:
    """Smooth noise in skin colours with a blob."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(120, 250, (8, 8, 3), np.uint8)
    picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    centre = (int(width * rng.uniform(0.4, 0.6)), int(height * rng.uniform(0.4, 0.6)))
    cv2.circle(picture, centre, min(height, width) // 4, colour, -1)
    return np.asarray(picture, dtype=np.uint8)


def random_view(
    picture: NDArray[np.uint8],
    size: int,
    rng: np.random.Generator,
    strength: Strength = LESION,
    aspect: float = 1.0,
) -> NDArray[np.uint8]:
    """A view (size, size, 3) as training makes them."""
    height, width = picture.shape[:2]
    return make_view(picture, size, draw_view((height, width), size, rng, strength, aspect))


def write_picture(
    path: Path,
    seed: int,
    height: int = 64,
    width: int = 64,
    colour: tuple[int, int, int] = BROWN,
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), made_picture(seed, height, width, colour)[:, :, ::-1])


def package_path() -> str:
    """PYTHONPATH of a process in the training folder, with what this one was given besides."""
    return os.pathsep.join(p for p in ("src", os.environ.get("PYTHONPATH")) if p)


def run_on_torch(*arguments: str) -> None:
    """Runs Python on Keras' PyTorch backend, which is chosen once for a process."""
    subprocess.run(
        [sys.executable, *arguments],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "KERAS_BACKEND": "torch", "PYTHONPATH": package_path()},
        check=True,
    )


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the real data sets, or a skip that says so."""
    folder = Path(os.environ.get("LENTIGO_DATA", REPOSITORY.parent / "shared" / "datasets"))
    if not (folder / "ham10000" / "metadata.csv").is_file():
        pytest.skip(f"the data sets are not in {folder}")
    return folder


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small made data set in the project's layout: 60 lesions of three classes, 12 others."""
    root = tmp_path_factory.mktemp("data")
    rows = ["lesion_id,image_id,dx,dx_type,age,sex,localization"]
    for i in range(60):
        dx = ("nv", "nv", "nv", "mel", "bcc")[i % 5]
        for view in range(1 + i % 2):
            name = f"ISIC_{i:04}{view}"
            rows.append(f"HAM_{i:04},{name},{dx},histo,50,male,back")
            path = root / "ham10000" / "images" / f"{name}.jpg"
            write_picture(path, i * 3 + view, colour=COLOURS[dx])
    (root / "ham10000" / "metadata.csv").write_text("\n".join(rows) + "\n")
    others = ["image_id,kind"]
    for i in range(12):
        others.append(f"n{i:03}_thing,object")
        write_picture(root / "non_lesion" / "images" / f"n{i:03}_thing.jpg", 900 + i)
    (root / "non_lesion" / "metadata.csv").write_text("\n".join(others) + "\n")
    return root
